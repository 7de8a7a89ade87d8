// What another site loads: <phuc-vu hien="ban-do" don-vi="VT"></phuc-vu> becomes the map of VT.
// `hien`: huy-hieu (badge), bang (table) or ban-do (map). `ky`, `loai`, `chi-so` and `ngon-ngu` go
// to the address as they are.

const SITE = new URL(document.currentScript.src).origin;
const PARAMETERS = ["ky", "loai", "chi-so", "ngon-ngu"];
const TALLEST = 20000;

class PhucVu extends HTMLElement {
  static observedAttributes = ["hien", "don-vi", ...PARAMETERS];

  #root = this.attachShadow({ mode: "closed" });
  #frame = null;
  #heard = (event) => this.#fit(event);

  connectedCallback() {
    window.addEventListener("message", this.#heard);
    this.#show();
  }

  disconnectedCallback() {
    window.removeEventListener("message", this.#heard);
  }

  attributeChangedCallback() {
    if (this.isConnected) this.#show();
  }

  #address(part) {
    // What would end a part of an address stands as ~ and its number (`phucvu.units.codes`).
    const code = (this.getAttribute("don-vi") ?? "").replace(
      /[~/\\%]/g,
      (sign) => `~${sign.charCodeAt(0).toString(16)}`,
    );
    const address = new URL(part.replace("{unit}", () => encodeURIComponent(code)), SITE);
    for (const name of PARAMETERS) {
      if (this.hasAttribute(name)) address.searchParams.set(name, this.getAttribute(name));
    }
    return address.href;
  }

  #show() {
    this.style.display ||= "block";
    const what = this.getAttribute("hien") ?? "huy-hieu";
    this.#root.replaceChildren(what === "huy-hieu" ? this.#badge() : this.#page(what));
  }

  #badge() {
    this.#frame = null;
    const link = document.createElement("a");
    link.href = this.#address("/don-vi/{unit}/");
    link.target = "_blank";
    link.rel = "noopener";
    const picture = document.createElement("img");
    picture.src = this.#address("/nhung/{unit}/huy-hieu.svg");
    picture.alt = this.getAttribute("don-vi") ?? "";
    [picture.width, picture.height] = [320, 84];
    picture.style.maxWidth = "100%";
    link.append(picture);
    return link;
  }

  #page(what) {
    const frame = document.createElement("iframe");
    frame.src = this.#address(`/nhung/{unit}/${what === "bang" ? "bang" : "ban-do"}/`);
    frame.title = `Phục Vụ: ${this.getAttribute("don-vi") ?? ""}`;
    frame.loading = "lazy";
    // The frame may run and open tabs, not move the page it stands on. On our own it would be no
    // sandbox at all.
    if (SITE !== location.origin) {
      frame.sandbox = "allow-scripts allow-same-origin allow-popups allow-popups-to-escape-sandbox";
    }
    Object.assign(frame.style, { border: "0", width: "100%", height: "40rem", display: "block" });
    this.#frame = frame;
    return frame;
  }

  // Only our own frame, and only from our own site, may say how high it is.
  #fit({ origin, source, data }) {
    if (origin !== SITE || !this.#frame || source !== this.#frame.contentWindow) return;
    const height = Number(data?.phucvuHeight);
    if (height > 0 && height <= TALLEST) this.#frame.style.height = `${Math.ceil(height)}px`;
  }
}

if (!customElements.get("phuc-vu")) customElements.define("phuc-vu", PhucVu);
