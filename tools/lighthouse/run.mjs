// Lighthouse on the main public pages of a running server, as on a phone.
//
//     node run.mjs http://127.0.0.1:8000 [word of an address …]
//
// Prints the four scores of each page, and every check that is not passed.

import { launch } from "chrome-launcher";
import lighthouse from "lighthouse";

const PAGES = ["/", "/ban-do/", "/don-vi/H20/", "/don-vi/VT.26506/", "/bang-xep-hang/VT/?loai=commune", "/chi-so/2.1/"];
const KINDS = ["performance", "accessibility", "best-practices", "seo"];
const FLAGS = ["--headless", "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking"];

const [site = "http://127.0.0.1:8000", ...words] = process.argv.slice(2);
const pages = words.length ? PAGES.filter((page) => words.includes(page)) : PAGES;
const chrome = await launch({ chromePath: process.env.CHROME_PATH ?? "/usr/bin/chromium", chromeFlags: FLAGS });
try {
  for (const page of pages) {
    const { lhr } = await lighthouse(site + page, {
      port: chrome.port, output: "json", logLevel: "error", onlyCategories: KINDS, formFactor: "mobile",
    });
    const scores = KINDS.map((kind) => `${kind} ${Math.round(lhr.categories[kind].score * 100)}`);
    const of = (id) => lhr.audits[id]?.displayValue ?? "";
    console.log(`${page}: ${scores.join(", ")}`);
    console.log(`   first paint ${of("first-contentful-paint")}, largest ${of("largest-contentful-paint")}, blocked ${of("total-blocking-time")}, shift ${of("cumulative-layout-shift")}, ${of("total-byte-weight")}`);
    for (const { id, title, score, scoreDisplayMode } of Object.values(lhr.audits)) {
      const counts = ["binary", "metricSavings", "numeric"].includes(scoreDisplayMode);
      if (counts && score !== null && score < 0.9) console.log(`   - ${id}: ${title} ${of(id)}`);
    }
  }
} finally {
  chrome.kill();
}
