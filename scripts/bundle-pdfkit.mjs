import fs from "node:fs";
import path from "node:path";

/**
 * pdfkit looks up its standard fonts and colour profile beside itself at run time, which a bundle has not: this Vite
 * plugin turns the look-ups into imports and embedded bytes. Fails when pdfkit's text is no longer what it expects.
 */
export function bundlePdfkitData() {
  return {
    name: "assay:bundle-pdfkit-data",
    transform(code, id) {
      if (!id.endsWith("/pdfkit/js/pdfkit.node.mjs")) return undefined;
      const profile = fs.readFileSync(path.join(path.dirname(id), "data/sRGB_IEC61966_2_1.icc")).toString("base64");
      const fonts = new Map();
      const embedded = replaceOnce(
        replaceOnce(code, /new URL\('\.\/data\/sRGB_IEC61966_2_1\.icc', import\.meta\.url\)\.href/, "''"),
        /fs\.readFileSync\(ICC_PROFILE_PATH\)/,
        `Buffer.from("${profile}", "base64")`,
      ).replace(/require\$1\('#standard-fonts\/(\w+)'\)/g, (_, name) => {
        fonts.set(name, `standardFont${name}`);
        return fonts.get(name);
      });
      if (fonts.size === 0) throw new Error("pdfkit: expected look-ups of standard fonts, found none");
      const imports = [...fonts].map(([name, local]) => `import ${local} from "pdfkit/standard-fonts/${name}";`);
      return { code: `${imports.join("\n")}\n${embedded}`, map: null };
    },
  };
}

function replaceOnce(text, pattern, replacement) {
  if (!pattern.test(text)) throw new Error(`pdfkit: expected ${pattern} in its source, found no match`);
  return text.replace(pattern, () => replacement);
}
