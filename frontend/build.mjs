// Bundles the charts of the report into one file. Run by hatch_build.py as: node build.mjs OUTFILE STAMP
import { build } from "esbuild";
import { readFileSync, existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const here = dirname(fileURLToPath(import.meta.url));
const [outfile, stamp] = process.argv.slice(2);
if (!outfile || !stamp) {
  console.error("usage: node build.mjs OUTFILE STAMP");
  process.exit(2);
}

// Everything that ends up in the bundle is listed with its licence, so that a report carries the notices with it.
function notice(name) {
  const folder = join(here, "node_modules", name);
  const about = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
  const texts = ["NOTICE", "LICENSE", "LICENSE.txt"]
    .map((file) => join(folder, file))
    .filter((file) => existsSync(file))
    .map((file) => readFileSync(file, "utf8").trim());
  return [`${name} ${about.version} (${about.license})`, ...texts].join("\n\n");
}
const notices = ["echarts", "zrender", "tslib"].map(notice).join("\n\n" + "-".repeat(80) + "\n\n");
const banner = `/*! inputs ${stamp}\nThis file bundles the following works.\n\n${notices.replaceAll("*/", "* /")}\n*/`;

await build({
  entryPoints: [join(here, "src", "charts.js")],
  outfile,
  bundle: true,
  minify: true,
  format: "iife",
  target: ["es2019"],
  charset: "utf8",
  legalComments: "none",
  banner: { js: banner },
  absWorkingDir: here,
  logLevel: "warning",
});
