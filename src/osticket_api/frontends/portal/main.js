import { html, render } from "../vendor/preact-htm.js";
import { setUp } from "../shared/appearance.js";
import { Portal } from "./app.js";

setUp();
render(html`<${Portal} />`, document.getElementById("app"));
