// @ts-check
/**
 * The client of the API: sign-in, requests, files, and the stream. It knows nothing of pages and can be used elsewhere.
 *
 * A sign-in is the cookie of a browser session, which no script can read and all tabs have; the CSRF token beside it says that
 * there is one, and whose. Where there can be no such cookie, tokens are in `sessionStorage`, and end with the tab.
 */

/** @typedef {{code: string, message: string, field?: string, detail?: any}} Problem */
/** @typedef {{page?: number|null, per_page?: number, total?: number|null, next_cursor?: string|null, [key: string]: any}} Meta */
/** @typedef {{data: any, meta: Meta, etag?: string|null}} Answer */
/** @typedef {Record<string, string|number|boolean|null|undefined>} Query */
/** @typedef {string|{email: string, number: string}} TicketLink The code of a mailed link, or what does as well where nothing is mailed. */
/** @typedef {{access_token: string, refresh_token?: string, expires_at: number, link?: TicketLink, ticket_id?: number}} Tokens */
/** @typedef {{query?: Query, body?: any, headers?: Record<string, string>, signal?: AbortSignal, withCookies?: boolean}} Options */

/** What the names of texts begin with that are not sent yet. Signing out forgets them. */
export const KEPT = "osticket-api:kept:";
const ANSWERS_KEPT = 300;
const SECONDS_BEFORE_EXPIRY = 30;
const CSRF_NAMES = ["__Host-osticket-csrf", "osticket-csrf"];
const CSRF_COOKIE = /(?:^|; )(?:__Host-)?osticket-csrf=(?:(?<staff>staff\.\w+)|(?<user>user\.\w+))/;

/** What the API answered instead of data. */
export class ApiError extends Error {
  /**
   * @param {number} status HTTP status; 0 when no answer came.
   * @param {Problem[]} problems All that is wrong.
   * @param {Record<string, any>} [more] The whole answer.
   */
  constructor(status, problems, more = {}) {
    super(problems.map((problem) => problem.message).join(" ") || `The server answered ${status}.`);
    this.status = status;
    this.problems = problems;
    this.more = more;
  }

  get code() {
    return this.problems[0]?.code ?? "";
  }

  /** Whether nothing was changed, and the same request would be refused again. */
  get isFinal() {
    return this.status >= 400 && this.status < 500 && this.code !== "still_running";
  }

  /** The messages by the field they belong to. @returns {Record<string, string>} */
  get byField() {
    return Object.fromEntries(this.problems.filter((each) => each.field).map((each) => [each.field, each.message]));
  }
}

/** Somebody's connection to one help desk. */
export class Api {
  /** @type {Tokens|null} */
  #tokens = null;
  /** @type {Promise<void>|null} */
  #refreshing = null;
  /** @type {string|null} The CSRF token of the browser session that the page is about. */
  #session = null;
  /** Tells the other tabs that the browser session has changed. */
  #tabs = new BroadcastChannel("osticket-api:session");
  #inFlight = 0;
  /** @type {Map<string, Answer>} Answers with their tags, the least recently used first. */
  #answers = new Map();
  /** @type {Set<string>} The ids of the last requests that wrote. */
  #written = new Set();
  /** @type {Map<string, {key: string, body: any}>} Requests of which it is not known whether they were executed, as they were sent. */
  #unanswered = new Map();

  /**
   * @param {{base: string, kind: "staff"|"user", onSignedOut?: () => void}} options
   *   `base` ends with `/api/v2`. `kind` says who signs in here.
   */
  constructor({ base, kind, onSignedOut = () => {} }) {
    this.base = base;
    this.kind = kind;
    this.onSignedOut = onSignedOut;
    this.#tokens = JSON.parse(sessionStorage.getItem(this.#key) ?? "null");
    this.#session = this.#csrf;
    this.#tabs.onmessage = () => void this.#turn();
  }

  get #key() {
    return `osticket-api:${this.kind}`;
  }

  get isSignedIn() {
    return this.#tokens !== null || this.#csrf !== null;
  }

  /** The CSRF tokens of the browser session that there is, by its kind. */
  get #sessions() {
    return new URL(this.base).origin === location.origin ? CSRF_COOKIE.exec(document.cookie)?.groups : undefined;
  }

  get #csrf() {
    return this.#sessions?.[this.kind] ?? null;
  }

  /** How to stay signed in. A browser has one session: that of the other kind is not replaced. */
  get #mode() {
    const isOurs = new URL(this.base).origin === location.origin;
    return isOurs && !this.#sessions?.[this.kind === "staff" ? "user" : "staff"] ? "cookie" : "token";
  }

  /** @param {string} username @param {string} password @returns {Promise<Answer>} */
  async signIn(username, password) {
    const body = { username, password, kind: this.kind };
    try {
      return await this.signInBy("/auth/login", body);
    } catch (error) {
      if (!(error instanceof ApiError) || error.status !== 501) throw error;
      return this.signInBy("/auth/login", { ...body, mode: "token" }); // Attached read-only, the server keeps no sessions.
    }
  }

  /** Sign in by a mailed link, or finish what a second factor was asked for. @param {string} path @param {any} body */
  async signInBy(path, body) {
    const mode = path === "/auth/two-factor" ? undefined : this.#mode; // There it is that of the sign-in.
    const answer = await this.#request("POST", path, { body: { mode, ...body }, withCookies: true }, false);
    this.#keep(answer.data);
    return answer;
  }

  /**
   * Come in by the link to a ticket. Who has signed in stays so.
   * @param {TicketLink} link @returns {Promise<Answer>}
   */
  async followTicketLink(link) {
    const body = typeof link === "string" ? { token: link } : link;
    const answer = await this.#request("POST", "/auth/ticket-access", { body, headers: {} }, false);
    if (!this.mayUpload) {
      this.#answers.clear();
      this.#keep({ ...answer.data, link });
    }
    return answer;
  }

  /** The only ticket there is, for those who came by its link. */
  get guestTicketId() {
    return this.#tokens?.ticket_id ?? null;
  }

  /** Whether files may be sent ahead of a message: else they go inside it. */
  get mayUpload() {
    return this.isSignedIn && !this.guestTicketId;
  }

  /**
   * Where to sign in at an identity provider. Its answer comes back to this browser alone, which a cookie tells.
   * @param {string} provider @param {string} returnTo @returns {Promise<string>}
   */
  async providerAddress(provider, returnTo) {
    const options = { body: { kind: this.kind, return_to: returnTo, mode: this.#mode }, withCookies: true };
    return (await this.#request("POST", `/auth/oidc/${provider}/start`, options, false)).data.address;
  }

  /** Where to prove that one has an account at an identity provider. @param {string} provider @param {any} body @returns {Promise<string>} */
  async linkAddress(provider, body) {
    return (await this.post(`/auth/oidc/${provider}/link`, body, { withCookies: true })).data.address;
  }

  /** Sign in with the code that an identity provider's answer was exchanged for. @param {string} code @returns {Promise<Answer>} */
  async signInByProvider(code) {
    const answer = await this.#request("POST", "/auth/oidc/exchange", { body: { code }, withCookies: true }, false);
    this.#keep(answer.data);
    return answer;
  }

  /** Sign out here, and at the identity provider if one came from there: the browser goes there then. */
  async signOut() {
    let answer;
    try {
      if (!this.guestTicketId) answer = await this.post("/auth/oidc/logout");
    } finally {
      Object.keys(sessionStorage).filter((name) => name.startsWith(KEPT)).forEach((name) => sessionStorage.removeItem(name));
      this.#forget();
    }
    if (answer?.data.address) location.assign(answer.data.address);
  }

  /** @param {any} data What the API says of a sign-in. */
  #keep(data) {
    const { access_token, refresh_token, expires_in, link, ticket_id } = data;
    this.#session = this.#csrf;
    if (!access_token) {
      this.#tokens = null;
      sessionStorage.removeItem(this.#key);
      this.#tabs.postMessage("changed");
      return;
    }
    this.#tokens = { access_token, refresh_token, expires_at: Date.now() + expires_in * 1000, link, ticket_id };
    sessionStorage.setItem(this.#key, JSON.stringify(this.#tokens));
  }

  #forget() {
    this.#tokens = this.#session = null;
    this.#answers.clear();
    sessionStorage.removeItem(this.#key);
    if (this.#csrf) for (const name of CSRF_NAMES) document.cookie = `${name}=; Max-Age=0; Path=/${name.startsWith("__Host-") ? "; Secure" : ""}`;
    this.#tabs.postMessage("changed");
    this.onSignedOut();
  }

  /**
   * Read. What has not changed since the last time is the very same object.
   * @param {string} path @param {Query} [query] @param {AbortSignal} [signal] @returns {Promise<Answer>}
   */
  async get(path, query, signal) {
    const known = this.#answers.get(path + search(query));
    /** @type {Record<string, string>} */
    const headers = known?.etag ? { "If-None-Match": known.etag } : {};
    const answer = await this.#request("GET", path, { query, headers, signal });
    return answer === UNCHANGED ? /** @type {Answer} */ (known) : this.#remember(path + search(query), answer);
  }

  /** The answer that `get` got last, if any. @param {string} path @param {Query} [query] */
  known(path, query) {
    return this.#answers.get(path + search(query));
  }

  /** @param {string} address @param {Answer} answer */
  #remember(address, answer) {
    this.#answers.delete(address);
    this.#answers.set(address, answer);
    if (this.#answers.size > ANSWERS_KEPT) this.#answers.delete(/** @type {string} */ (this.#answers.keys().next().value));
    return answer;
  }

  /** @param {string} path @param {any} [body] @param {Options} [options] */
  post(path, body, options) {
    return this.#request("POST", path, { ...options, body });
  }

  /**
   * Do what must not be done twice. When no answer comes, it may have been done all the same: whoever tries again sends the same
   * `Idempotency-Key` and the same body. `beside` is sent too, but a request that differs in nothing else is the same one.
   * @param {string} path @param {any} body @param {Options & {beside?: any}} [options] @returns {Promise<Answer>}
   */
  async postOnce(path, body, { beside, ...options } = {}) {
    const request = path + JSON.stringify(body);
    const sent = this.#unanswered.get(request) ?? { key: randomId(), body: { ...body, ...beside } };
    this.#unanswered.set(request, sent);
    try {
      const answer = await this.post(path, sent.body, { ...options, headers: { ...options.headers, "Idempotency-Key": sent.key } });
      this.#unanswered.delete(request);
      return answer;
    } catch (error) {
      if (error instanceof ApiError && error.isFinal) this.#unanswered.delete(request);
      throw error;
    }
  }

  /** @param {string} path @param {any} body @param {Options} [options] */
  patch(path, body, options) {
    return this.#request("PATCH", path, { ...options, body });
  }

  /** @param {string} path @param {any} body @param {Options} [options] */
  put(path, body, options) {
    return this.#request("PUT", path, { ...options, body });
  }

  /** @param {string} path @param {any} [body] */
  delete(path, body) {
    return this.#request("DELETE", path, { body });
  }

  /** Send a file ahead of the message that will carry it. @param {File} file @returns {Promise<{id: number}>} */
  async upload(file) {
    const form = new FormData();
    form.append("file", file, file.name);
    return (await this.post("/files", form)).data;
  }

  /**
   * A file as a `blob:` address, for pictures and downloads. @param {string} address A path below the origin, or a whole address.
   * @param {Record<string, string>} [headers]
   */
  blobAddress(address, headers = {}) {
    return this.#counted(async () => {
      const response = await this.#send("GET", new URL(address, this.base), { headers }, true);
      if (!response.ok) throw await errorOf(response);
      return URL.createObjectURL(await response.blob());
    });
  }

  /**
   * Hear of what happens. Falls silent without a word where this server has no stream: poll then.
   * @param {(event: any) => void} onEvent @param {(isOpen: boolean) => void} onState
   * @param {number} [after] The number of the last event that was heard.
   * @returns {Promise<() => void>} Closes it.
   */
  async listen(onEvent, onState, after) {
    if (this.guestTicketId) throw new ApiError(403, [{ code: "guest", message: "The stream is for those who have signed in." }]);
    const { data } = await this.post("/stream/tickets");
    const source = new EventSource(`${this.base}/stream${search({ ticket: data.ticket, after })}`);
    source.onopen = () => onState(true);
    source.onerror = () => {
      source.close(); // A ticket opens one stream only: the caller comes back with a new one.
      onState(false);
    };
    for (const type of EVENTS) {
      source.addEventListener(type, (message) => onEvent(JSON.parse(/** @type {MessageEvent} */ (message).data)));
    }
    return () => source.close();
  }

  /** @param {string} method @param {string} path @param {Options} options @param {boolean} [signed] */
  #request(method, path, options, signed = true) {
    return this.#counted(async () => {
      const url = new URL(this.base + path + search(options.query));
      const response = await this.#send(method, url, options, signed);
      if (method !== "GET") this.#note(response.headers.get("X-Request-ID"));
      if (response.status === 304) return UNCHANGED;
      if (!response.ok) throw await errorOf(response);
      const body = response.status === 204 ? { data: null, meta: {} } : await response.json();
      return { data: body.data, meta: body.meta, etag: response.headers.get("ETag") };
    });
  }

  /** @param {string|null} id */
  #note(id) {
    if (id) this.#written.add(id);
    if (this.#written.size > ANSWERS_KEPT) this.#written.delete(/** @type {string} */ (this.#written.values().next().value));
  }

  /** Whether an event comes from a request of this client. @param {{request_id?: string|null}} event */
  isOwn = (event) => this.#written.has(event.request_id ?? "");

  /** Count a request as under way until its answer has come whole. @template T @param {() => Promise<T>} work @returns {Promise<T>} */
  async #counted(work) {
    this.#inFlight++;
    try {
      return await work();
    } finally {
      this.#inFlight--;
    }
  }

  /** @param {string} method @param {URL} url @param {Options} options @param {boolean} signed @returns {Promise<Response>} */
  async #send(method, url, { body, headers = {}, signal, withCookies }, signed) {
    if (signed) await this.#refreshInTime();
    return this.#fetch(method, url, { body, headers, signal, withCookies }, signed);
  }

  /** Wait until what the page needs has come. What can wait then waits no longer. */
  async idle(looks = 5) {
    // Looks are counted, not the time: while the page itself is busy drawing, nothing is asked for either.
    for (let quiet = 0; quiet < looks; quiet = this.#inFlight > 0 ? 0 : quiet + 1) {
      await new Promise((resolve) => setTimeout(resolve, 30));
    }
  }

  /** @param {string} method @param {URL} url @param {Options} options @param {boolean} signed @returns {Promise<Response>} */
  async #fetch(method, url, { body, headers, signal, withCookies }, signed) {
    const isForm = body instanceof FormData;
    if (signed && this.#turn()) throw new ApiError(401, [{ code: "signed_out", message: "This sign-in has ended; sign in again." }]);
    const csrf = signed && !this.#tokens ? this.#csrf : null;
    const response = await fetchOrFail(url, {
      method,
      signal,
      cache: "no-store", // This client keeps answers itself, by their tags.
      credentials: csrf || withCookies ? "same-origin" : "omit",
      headers: {
        ...headers,
        ...(body === undefined || isForm ? {} : { "Content-Type": "application/json" }),
        ...(csrf ? { "X-CSRF-Token": csrf } : {}),
        ...(signed && this.#tokens ? { Authorization: `Bearer ${this.#tokens.access_token}` } : {}),
      },
      body: body === undefined || isForm ? body : JSON.stringify(body),
    });
    if (response.status === 401 && signed && this.isSignedIn) this.#forget();
    return response;
  }

  /** Where another tab has signed out, or in, what is on the page is about somebody else: leave it. @returns {boolean} Whether that is so. */
  #turn() {
    const isOther = !this.#tokens && this.#session !== null && this.#csrf !== this.#session;
    if (isOther && this.#csrf) location.reload();
    else if (isOther) this.#forget();
    return isOther;
  }

  async #refreshInTime() {
    if (this.#tokens && this.#tokens.expires_at - Date.now() < SECONDS_BEFORE_EXPIRY * 1000) {
      this.#refreshing ??= this.#refresh().finally(() => (this.#refreshing = null)); // One at a time: each token works once.
      await this.#refreshing;
    }
  }

  async #refresh() {
    const { refresh_token, link } = this.#tokens ?? {};
    try {
      if (link) await this.followTicketLink(link);
      else this.#keep((await this.#request("POST", "/auth/refresh", { body: { refresh_token } }, false)).data);
    } catch (error) {
      if (error instanceof ApiError && error.status === 401) this.#forget();
      throw error;
    }
  }
}

/** @type {Answer} Stands for "as you know it". */
const UNCHANGED = { data: null, meta: {} };

/** The events of the stream that pages care about: `EventSource` delivers only those that are named. */
const EVENTS = [
  ...["created", "deleted", "gone", "updated", "message_added", "reply_added", "note_added", "attachment_added", "assigned"],
  ...["released", "transferred", "referred", "closed", "reopened", "status_changed", "owner_changed", "merged", "linked"],
  ...["unlinked", "collaborator_added", "collaborator_removed", "entry_edited", "entry_resent", "locked", "unlocked"],
  ...["answered", "unanswered", "overdue", "presence", "read", "unread"],
]
  .map((name) => `ticket.${name}`)
  .concat(["created", "updated", "closed", "reopened", "assigned", "deleted", "reply_added", "note_added"].map((name) => `task.${name}`));

/** Something that nobody has used yet. `randomUUID` is there on secure origins only. */
export const randomId = () => crypto.randomUUID?.() ?? `${Date.now()}-${Math.random()}`;

/** @param {Query|undefined} query */
export function search(query) {
  const given = Object.entries(query ?? {}).filter(([, value]) => value !== undefined && value !== null && value !== "");
  return given.length ? `?${new URLSearchParams(given.map(([name, value]) => [name, String(value)]))}` : "";
}

/** @param {URL} url @param {RequestInit} options */
async function fetchOrFail(url, options) {
  try {
    return await fetch(url, options);
  } catch (error) {
    if (options.signal?.aborted) throw error;
    throw new ApiError(0, [{ code: "unreachable", message: "The server cannot be reached." }]);
  }
}

/** @param {Response} response */
async function errorOf(response) {
  const body = await response.json().catch(() => ({}));
  return new ApiError(response.status, body.errors ?? [], body);
}
