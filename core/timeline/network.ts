import { sql, type Sql } from "../casefile/sql.ts";

/** The first and the last address of a block, as 32 hex digits each; IPv4 lies in ::ffff:0:0/96 (RFC 4291 §2.5.5.2). */
export interface NetworkBlock {
  readonly first: string;
  readonly last: string;
}

const ADDRESS_BITS = 128;

/** Reads a block in CIDR notation (RFC 4632 §3.1, RFC 4291 §2.3); bits beyond the prefix are ignored. */
export function parseNetwork(text: string): NetworkBlock | undefined {
  const [, address = "", length = ""] = /^([0-9A-Fa-f.:]{2,45})\/(\d{1,3})$/.exec(text) ?? [];
  const parsed = address.includes(":") ? parseIpv6(address) : parseIpv4(address);
  const prefix = Number(length) + (address.includes(":") ? 0 : 96);
  if (parsed === undefined || length === "" || prefix > ADDRESS_BITS) return undefined;
  const free = (1n << BigInt(ADDRESS_BITS - prefix)) - 1n;
  return { first: hex(parsed & ~free), last: hex(parsed | free) };
}

function parseIpv4(text: string): bigint | undefined {
  const parts = text.split(".");
  if (parts.length !== 4 || !parts.every((part) => /^(0|[1-9]\d{0,2})$/.test(part) && Number(part) < 256)) {
    return undefined;
  }
  return parts.reduce((sum, part) => sum * 256n + BigInt(part), 0xffffn);
}

function parseIpv6(text: string): bigint | undefined {
  const halves = text.split("::");
  const groups = halves.map((half) => (half === "" ? [] : half.split(":")));
  const written = groups.flat();
  if (halves.length > 2 || !written.every((group) => /^[0-9A-Fa-f]{1,4}$/.test(group))) return undefined;
  const missing = 8 - written.length;
  if (halves.length === 2 ? missing < 1 : missing !== 0) return undefined;
  const [head = [], tail = []] = groups;
  const all = halves.length === 2 ? [...head, ...Array<string>(missing).fill("0"), ...tail] : written;
  return all.reduce((sum, group) => sum * 65_536n + BigInt(`0x${group}`), 0n);
}

function hex(address: bigint): string {
  return address.toString(16).padStart(ADDRESS_BITS / 4, "0");
}

/** An address column as 32 hex digits, so that texts compare as addresses do; NULL for what is no address. */
export function addressSql(column: Sql): Sql {
  const groups = (half: number) =>
    sql`list_filter(string_split(split_part(${column}, '::', ${half}), ':'), x -> x <> '')`;
  const fill = sql`list_transform(range(8 - len(${groups(1)}) - len(${groups(2)})), x -> '0')`;
  // What CASE leaves out may still be computed: DuckDB transforms a dictionary of texts as a whole.
  return sql`CASE
    WHEN regexp_full_match(${column}, '\\d{1,3}(\\.\\d{1,3}){3}') THEN
      '00000000000000000000ffff' || array_to_string(
        list_transform(string_split(${column}, '.'), x -> printf('%02x', TRY_CAST(x AS INTEGER))), '')
    WHEN regexp_full_match(${column}, '[0-9A-Fa-f:]{2,39}') THEN
      lower(array_to_string(list_transform(list_concat(list_concat(${groups(1)}, ${fill}), ${groups(2)}),
        x -> lpad(x, 4, '0')), ''))
    END`;
}
