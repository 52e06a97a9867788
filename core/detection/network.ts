import { type Network } from "./rule.ts";

/** Reads `10.0.0.0/8` or `2001:db8::/32`; an address alone is a network of one. Undefined when it is neither. */
export function parseNetwork(text: string): Network | undefined {
  const [addressText = "", bitsText, ...rest] = text.split("/");
  if (rest.length > 0) return undefined;
  const version = addressText.includes(":") ? 6 : 4;
  const address = version === 4 ? parseV4(addressText) : parseV6(addressText);
  const width = version === 4 ? 32 : 128;
  if (address === undefined || (bitsText !== undefined && !/^\d{1,3}$/.test(bitsText))) return undefined;
  const bits = bitsText === undefined ? width : Number(bitsText);
  if (bits > width) return undefined;
  const host = BigInt(width - bits);
  return { version, bits, address: (address >> host) << host };
}

function parseV4(text: string): bigint | undefined {
  const parts = text.split(".");
  if (parts.length !== 4 || !parts.every((part) => /^\d{1,3}$/.test(part) && Number(part) <= 255)) return undefined;
  return parts.reduce((address, part) => (address << 8n) | BigInt(part), 0n);
}

/** The last 32 bits may be written as an IPv4 address (RFC 4291 §2.2). */
function parseV6(given: string): bigint | undefined {
  const tail = /[^:]*$/.exec(given)?.[0] ?? "";
  const low = tail.includes(".") ? parseV4(tail) : undefined;
  const text =
    low === undefined
      ? given
      : `${given.slice(0, -tail.length)}${(low >> 16n).toString(16)}:${(low & 0xffffn).toString(16)}`;
  const halves = text.split("::");
  if (halves.length > 2) return undefined;
  const [left = [], right = []] = halves.map((half) => (half === "" ? [] : half.split(":")));
  const missing = 8 - left.length - right.length;
  if (halves.length === 1 ? missing !== 0 : missing < 1) return undefined;
  const groups = [...left, ...Array.from({ length: halves.length === 1 ? 0 : missing }, () => "0"), ...right];
  if (!groups.every((group) => /^[0-9A-Fa-f]{1,4}$/.test(group))) return undefined;
  return groups.reduce((address, group) => (address << 16n) | BigInt(`0x${group}`), 0n);
}

/** The network as it is written: IPv6 in its eight groups. */
export function formatNetwork({ version, address, bits }: Network): string {
  const [count, width, radix, separator] = version === 4 ? ([4, 8n, 10, "."] as const) : ([8, 16n, 16, ":"] as const);
  const groups = Array.from({ length: count }, (_, index) =>
    BigInt.asUintN(Number(width), address >> (width * BigInt(count - 1 - index))).toString(radix),
  );
  return `${groups.join(separator)}/${bits}`;
}
