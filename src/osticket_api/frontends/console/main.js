import { html, render } from "../vendor/preact-htm.js";
import { setUp } from "../shared/appearance.js";
import { Console } from "./app.js";

setUp();
render(html`<${Console} />`, document.getElementById("app"));
