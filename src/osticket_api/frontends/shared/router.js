/** Pages by the part of the address behind `#`: they work below any path, and the server need not know them. */
import { useEffect, useState } from "../vendor/preact-htm.js";

const current = () => {
  const [path, query = ""] = location.hash.replace(/^#/, "").split("?");
  return { path: path || "/", query: Object.fromEntries(new URLSearchParams(query)) };
};

export function useRoute() {
  const [route, setRoute] = useState(current);
  useEffect(() => {
    const changed = () => setRoute(current());
    addEventListener("hashchange", changed);
    return () => removeEventListener("hashchange", changed);
  }, []);
  return route;
}

/** Call the tab by what is shown, once that is known. */
export function useTitle(title) {
  useEffect(() => {
    if (title) document.title = `${title} · Console`;
  }, [title]);
}

/** The address of a page, for `href`. What is empty is left out. */
export function href(path, query = {}) {
  const given = Object.entries(query).filter(([, value]) => value !== undefined && value !== null && value !== "");
  return `#${path}${given.length ? `?${new URLSearchParams(given)}` : ""}`;
}

export function go(path, query, { replace = false } = {}) {
  const address = href(path, query);
  if (replace) {
    history.replaceState(null, "", address);
    dispatchEvent(new HashChangeEvent("hashchange"));
  } else {
    location.hash = address;
  }
}

/** The page that a path belongs to: `routes` are pairs of a pattern such as `/tickets/:id` and a component. */
export function match(routes, path) {
  const parts = path.split("/");
  for (const [pattern, component] of routes) {
    const wanted = pattern.split("/");
    if (wanted.length !== parts.length) continue;
    if (wanted.every((part, index) => part.startsWith(":") || part === parts[index])) {
      const params = wanted.flatMap((part, index) => (part.startsWith(":") ? [[part.slice(1), decodeURIComponent(parts[index])]] : []));
      return { component, params: Object.fromEntries(params) };
    }
  }
  return null;
}
