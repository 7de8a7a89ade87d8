// Bundles the front end into src/phucvu/web/static/dist: scripts, style, fonts, icons, manifest.
// Names carry a hash of the content; manifest.json maps the plain name to the hashed one.
// Every text file gets .gz and .br siblings, which WhiteNoise serves as they are.

import { createHash } from "node:crypto";
import { mkdir, readFile, readdir, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { brotliCompress, gzip } from "node:zlib";

import { build } from "esbuild";
import { PurgeCSS } from "purgecss";

import { ICONS } from "./icons.mjs";

const ROOT = path.resolve(path.dirname(fileURLToPath(import.meta.url)), "..");
const WEB = path.join(ROOT, "src/phucvu/web");
const DIST = path.join(WEB, "static/dist");
const TABLER_ICONS = path.join(ROOT, "node_modules/@tabler/icons/icons");
const FONT = "@fontsource/be-vietnam-pro/files/be-vietnam-pro";
const WEIGHTS = [400, 500, 600, 700];
// From the package's own style sheets: which letters live in which file.
const SUBSETS = {
  vietnamese:
    "U+0102-0103,U+0110-0111,U+0128-0129,U+0168-0169,U+01A0-01A1,U+01AF-01B0,U+0300-0301," +
    "U+0303-0304,U+0308-0309,U+0323,U+0329,U+1EA0-1EF9,U+20AB",
  latin:
    "U+0000-00FF,U+0131,U+0152-0153,U+02BB-02BC,U+02C6,U+02DA,U+02DC,U+0304,U+0308,U+0329," +
    "U+2000-206F,U+20AC,U+2122,U+2191,U+2193,U+2212,U+2215,U+FEFF,U+FFFD",
};

// What ends up in the bundles; their licences go with them.
const BUNDLED = [
  "@fontsource/be-vietnam-pro",
  "@tabler/core",
  "@tabler/icons",
  "echarts",
  "idiomorph",
  "tslib",
  "zrender",
];

const manifest = {};

function fontFaces() {
  return WEIGHTS.flatMap((weight) =>
    Object.entries(SUBSETS).map(
      ([subset, range]) =>
        `@font-face{font-family:"Be Vietnam Pro";font-style:normal;font-display:swap;` +
        `font-weight:${weight};src:url("${FONT}-${subset}-${weight}-normal.woff2") format("woff2");` +
        `unicode-range:${range}}`,
    ),
  ).join("\n");
}

const fontsPlugin = {
  name: "fonts",
  setup(build) {
    build.onResolve({ filter: /^virtual:fonts$/ }, () => ({ path: "fonts", namespace: "fonts" }));
    build.onLoad({ filter: /.*/, namespace: "fonts" }, () => ({
      contents: fontFaces(),
      loader: "css",
      resolveDir: ROOT,
    }));
  },
};

async function bundle(entryPoints, format) {
  const result = await build({
    absWorkingDir: ROOT,
    entryPoints,
    outdir: DIST,
    bundle: true,
    // What charts and maps share is fetched once.
    splitting: format === "esm",
    chunkNames: "shared-[hash]",
    minify: true,
    format,
    target: ["es2022", "chrome109", "firefox115", "safari16"],
    entryNames: "[name]-[hash]",
    assetNames: "[name]-[hash]",
    loader: { ".woff2": "file" },
    plugins: [fontsPlugin],
    legalComments: "none",
    metafile: true,
    logLevel: "warning",
  });
  for (const [output, { entryPoint }] of Object.entries(result.metafile.outputs)) {
    const file = path.basename(output);
    if (entryPoint) manifest[path.basename(entryPoint)] = file;
    else if (file.endsWith(".woff2")) manifest[file.replace(/-[0-9A-Z]{8}(?=\.)/, "")] = file;
  }
}

// Tabler's whole sheet is 635 kB; a page needs what its templates and scripts name.
async function purge() {
  const file = path.join(DIST, manifest["app.css"]);
  const [{ css }] = await new PurgeCSS().purge({
    content: [
      path.join(WEB, "templates/**/*.html"),
      path.join(WEB, "**/*.py"),
      path.join(ROOT, "assets/**/*.js"),
    ],
    css: [file],
    keyframes: true,
    variables: false,
    dynamicAttributes: ["data-bs-theme", "aria-current", "open"],
    defaultExtractor: (content) => content.match(/[\w-/:.]+(?<!:)/g) ?? [],
  });
  await rm(file);
  manifest["app.css"] = `app-${hash(css)}.css`;
  await writeFile(path.join(DIST, manifest["app.css"]), css);
}

async function icons() {
  const symbols = await Promise.all(
    Object.entries(ICONS).map(async ([name, source]) => {
      const svg = await readFile(path.join(TABLER_ICONS, `${source}.svg`), "utf8");
      const filled = source.startsWith("filled/");
      const body = svg
        .replace(/<!--[\s\S]*?-->/g, "")
        .replace(/<svg[^>]*>|<\/svg>/g, "")
        .replace(/<path stroke="none" d="M0 0h24v24H0z" fill="none"\s*\/>/, "")
        .replace(/\s*\n\s*/g, "");
      const paint = filled
        ? 'fill="currentColor"'
        : 'fill="none" stroke="currentColor" stroke-width="2" stroke-linecap="round" stroke-linejoin="round"';
      return `<symbol id="${name}" viewBox="0 0 24 24" ${paint}>${body}</symbol>`;
    }),
  );
  await writeNamed("icons.svg", `<svg xmlns="http://www.w3.org/2000/svg">${symbols.join("")}</svg>`);
  await writeNamed("favicon.svg", await readFile(path.join(ROOT, "assets/favicon.svg"), "utf8"));
}

async function licences() {
  const texts = [];
  for (const name of BUNDLED) {
    const folder = path.join(ROOT, "node_modules", name);
    const about = JSON.parse(await readFile(path.join(folder, "package.json"), "utf8"));
    const files = (await readdir(folder)).filter((file) => /^(licen[cs]e|notice)(\.|$)/i.test(file));
    const parts = await Promise.all(files.map((file) => readFile(path.join(folder, file), "utf8")));
    // Tabler's licence stands at the head of its sheet only.
    if (!parts.length) {
      const sheet = await readFile(path.join(folder, about.style), "utf8");
      parts.push((sheet.match(/\/\*![\s\S]*?\*\//g) ?? []).join("\n\n"));
    }
    texts.push(`${name} ${about.version} (${about.license})\n\n${parts.join("\n\n").trim()}`);
  }
  await writeNamed("licences.txt", `${texts.join(`\n\n${"=".repeat(80)}\n\n`)}\n`);
}

async function writeNamed(name, content) {
  const { name: stem, ext } = path.parse(name);
  manifest[name] = `${stem}-${hash(content)}${ext}`;
  await writeFile(path.join(DIST, manifest[name]), content);
}

function hash(content) {
  return createHash("sha256").update(content).digest("hex").slice(0, 8).toUpperCase();
}

async function compress() {
  for (const file of await readdir(DIST)) {
    if (!/\.(css|js|svg|txt)$/.test(file)) continue;
    const content = await readFile(path.join(DIST, file));
    const [gz, br] = await Promise.all([
      promisify(gzip)(content, { level: 9 }),
      promisify(brotliCompress)(content),
    ]);
    await writeFile(path.join(DIST, `${file}.gz`), gz);
    await writeFile(path.join(DIST, `${file}.br`), br);
    console.log(
      `${file.padEnd(28)} ${kb(content)} kB, gzip ${kb(gz)} kB, brotli ${kb(br)} kB`,
    );
  }
}

function kb(buffer) {
  return (buffer.length / 1024).toFixed(1).padStart(6);
}

await rm(DIST, { recursive: true, force: true });
await mkdir(DIST, { recursive: true });
await bundle(["assets/app.js", "assets/charts.js", "assets/embed.js", "assets/large-maps.js", "assets/maps.js", "assets/app.css"], "esm");
// Plain scripts, not modules: one runs before the page is drawn, one on pages of other sites.
await bundle(["assets/theme.js", "assets/phucvu.js"], "iife");
await purge();
await icons();
await licences();
await compress();
await writeFile(path.join(DIST, "manifest.json"), `${JSON.stringify(manifest, null, 1)}\n`);
