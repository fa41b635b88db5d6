/** What every component may ask for: the client, who is signed in, what the help desk is set to. */
import { createContext, useContext } from "../vendor/preact-htm.js";

export const App = createContext(null);
/** What is wrong with the fields of a dialog, by their names. */
export const Faults = createContext(undefined);
export const useApp = () => useContext(App);
export const useApi = () => useContext(App).api;

/** The address of the API, below whatever path this page is served. */
export const apiBase = () => new URL("api/v2", document.baseURI).href;

/** Where something of the API is by the way this page came, whatever host the server is told. */
export const oursAt = (address) => `${apiBase()}/${address.split("/api/v2/")[1]}`;
