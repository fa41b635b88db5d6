/**
 * The body of a mail, in a frame that runs no scripts. The API has sanitised it; the frame holds what might be left.
 *
 * The frame inherits the page's policy, which forbids inline styles: those of the mail are set through the object model.
 * Pictures of ours have a signed address, or are fetched with the token; those of strangers become links.
 */
import { html, useEffect, useRef } from "../vendor/preact-htm.js";
import { oursAt, useApi } from "./context.js";

const SANDBOX = "allow-same-origin allow-popups allow-popups-to-escape-sandbox";
const TAG = /<[a-z](?:[^"'<>]|"[^"]*"|'[^']*')*>/gi;
const STYLE = /\sstyle\s*=/gi; // Renamed before anything is parsed: the policy complains of each even in a document that is not shown.
const SIGNED = /\/api\/v2\/.*[?&]signature=/;
const STYLES = new URL("./body.css", import.meta.url).href;

export function BodyFrame({ body, title }) {
  const api = useApi();
  const frame = useRef();
  useEffect(() => {
    const urls = [];
    const element = frame.current;
    let observer = null;
    const loaded = () => {
      const inside = element.contentDocument;
      inside.querySelectorAll("[data-style]").forEach((each) => (each.style.cssText = each.dataset.style));
      inside.querySelectorAll("img[data-src]").forEach((image) => showPicture(api, image, urls));
      const fit = () => (element.style.blockSize = `${inside.body.offsetHeight}px`);
      observer = new ResizeObserver(fit);
      observer.observe(inside.body);
      addEventListener("themechange", recolour);
      inside.addEventListener("keydown", (event) => passOn(element, event));
      fit();
    };
    const recolour = () => (element.contentDocument.documentElement.dataset.theme = document.documentElement.dataset.theme);
    element.addEventListener("load", loaded);
    element.srcdoc = pageOf(body);
    return () => {
      element.removeEventListener("load", loaded);
      removeEventListener("themechange", recolour);
      observer?.disconnect();
      urls.forEach((url) => URL.revokeObjectURL(url));
    };
  }, [body]);
  return html`<iframe ref=${frame} class="body-frame" title=${title} sandbox=${SANDBOX} tabindex="-1"></iframe>`;
}

/** A page for the frame. */
function pageOf(body) {
  const parsed = new DOMParser().parseFromString((body ?? "").replace(TAG, (tag) => tag.replace(STYLE, " data-style=")), "text/html");
  parsed.querySelectorAll("script, style, link, meta, base, iframe, object, embed, form").forEach((each) => each.remove());
  parsed.querySelectorAll("a[href]").forEach((each) => {
    each.target = "_blank";
    each.rel = "noopener noreferrer";
  });
  parsed.querySelectorAll("img").forEach(holdPicture);
  const isPlain = !parsed.querySelector("[data-style*=color], [data-style*=background], [bgcolor], [color], [background]");
  const theme = document.documentElement.dataset.theme ?? "";
  const head = `<meta charset="utf-8"><link rel="stylesheet" href="${STYLES}">`;
  return `<!doctype html><html data-theme="${theme}" data-plain="${isPlain}"><head>${head}</head><body dir="auto">${parsed.body.innerHTML}</body></html>`;
}

function holdPicture(image) {
  const source = image.getAttribute("src") ?? "";
  if (source.startsWith("data:")) return;
  if (SIGNED.test(source)) {
    image.src = oursAt(source);
    return;
  }
  image.removeAttribute("src");
  image.removeAttribute("srcset");
  if (isOurs(source)) {
    image.dataset.src = source;
  } else {
    const link = image.ownerDocument.createElement("a");
    Object.assign(link, { href: /^https?:/.test(source) ? source : "#", target: "_blank", rel: "noopener noreferrer" });
    link.textContent = `[${image.alt || "picture"}]`;
    image.replaceWith(link);
  }
}

const isOurs = (source) => new URL(source, document.baseURI).origin === location.origin;

async function showPicture(api, image, urls) {
  try {
    const url = await api.blobAddress(image.dataset.src);
    urls.push(url);
    image.src = url;
  } catch {
    image.alt ||= "A picture that cannot be shown";
  }
}

/** Let the shortcuts of the page work while the frame has the focus. */
function passOn(frame, event) {
  frame.dispatchEvent(new KeyboardEvent("keydown", { key: event.key, ctrlKey: event.ctrlKey, metaKey: event.metaKey, bubbles: true }));
}
