// The thin face over the generated types: sign-in, token refresh, retries, paging, upload, webhooks.
import createClient, { type Client } from "openapi-fetch";
import type { components, paths } from "./schema.js";

export type { components, paths } from "./schema.js";
export { InvalidSignature, verifyWebhook } from "./webhooks.js";

type Schemas = components["schemas"];
export type Credentials = { key: string } | { username: string; password: string; kind?: "staff" | "user" };
export type TicketFilters = NonNullable<paths["/api/v2/tickets"]["get"]["parameters"]["query"]>;
export interface Options {
  attempts?: number;
  fetch?: typeof fetch;
}

const PASSING = [429, 502, 503, 504];
const LONGEST_WAIT_MS = 30_000;

/** What the server refused, with its errors. */
export class Refused extends Error {
  constructor(
    readonly status: number,
    readonly errors: Schemas["Error"][],
  ) {
    super(errors.map((error) => error.message).join(" ") || `The server answered ${status}.`);
  }
}

/** A help desk, by its address and by who calls. `api` has every operation, typed. */
export class Desk {
  readonly api: Client<paths>;
  private tokens: { access: string; refresh: string | null } | undefined;
  private renewing: Promise<void> | undefined;

  constructor(
    private readonly address: string,
    private readonly credentials: Credentials,
    private readonly options: Options = {},
  ) {
    this.api = createClient<paths>({ baseUrl: address, fetch: (request) => this.send(request) });
  }

  /** Every ticket that the filters let through, from one page after the other. */
  async *tickets(filters: TicketFilters = {}): AsyncGenerator<Schemas["TicketSummary"]> {
    let cursor: string | undefined;
    do {
      const query = { per_page: 100, total: false, ...filters, ...(cursor ? { cursor } : {}) };
      const { data, error, response } = await this.api.GET("/api/v2/tickets", { params: { query } });
      if (!data || typeof data === "string") throw new Refused(response.status, errorsOf(error));
      yield* data.data;
      cursor = data.meta.next_cursor ?? undefined;
    } while (cursor);
  }

  /** Upload a file, to be attached by its id. */
  async upload(name: string, content: Blob): Promise<Schemas["File"]> {
    const form = new FormData();
    form.append("file", content, name);
    const response = await this.send(new Request(`${this.address}/api/v2/files`, { method: "POST", body: form }));
    const answer = (await response.json()) as { data: Schemas["File"]; errors: Schemas["Error"][] };
    if (!response.ok) throw new Refused(response.status, answer.errors);
    return answer.data;
  }

  private async send(request: Request): Promise<Response> {
    if ("key" in this.credentials) {
      request.headers.set("X-API-Key", this.credentials.key);
      return this.repeat(request);
    }
    if (!this.tokens) await this.renew();
    const used = this.tokens?.access ?? "";
    const again = request.clone();
    request.headers.set("Authorization", `Bearer ${used}`);
    const response = await this.repeat(request);
    if (response.status !== 401) return response;
    if (this.tokens?.access === used) await this.renew();
    again.headers.set("Authorization", `Bearer ${this.tokens?.access ?? ""}`);
    return this.repeat(again);
  }

  /** Once at a time: a refresh token is good for one use. */
  private renew(): Promise<void> {
    this.renewing ??= this.refreshOrSignIn().finally(() => (this.renewing = undefined));
    return this.renewing;
  }

  private async refreshOrSignIn(): Promise<void> {
    const refreshed = this.tokens?.refresh && (await this.ask("refresh", { refresh_token: this.tokens.refresh }));
    const response = refreshed && refreshed.ok ? refreshed : await this.ask("login", this.credentials);
    const answer = (await response.json()) as { data: Schemas["Tokens"]; errors: Schemas["Error"][] };
    if (!response.ok) throw new Refused(response.status, answer.errors);
    this.tokens = { access: answer.data.access_token, refresh: answer.data.refresh_token };
  }

  private ask(what: string, body: unknown): Promise<Response> {
    const headers = { "Content-Type": "application/json" };
    return this.fetch(
      new Request(`${this.address}/api/v2/auth/${what}`, { method: "POST", headers, body: JSON.stringify(body) }),
    );
  }

  /** Try again what may be tried again: reads, and writes with an `Idempotency-Key`. */
  private async repeat(request: Request): Promise<Response> {
    const attempts = this.options.attempts ?? 3;
    const mayRepeat = ["GET", "HEAD"].includes(request.method) || request.headers.has("Idempotency-Key");
    for (let attempt = 1; mayRepeat && attempt < attempts; attempt += 1) {
      const response = await this.fetch(request.clone()).catch(() => undefined);
      if (response && !PASSING.includes(response.status)) return response;
      const told = Number(response?.headers.get("Retry-After") ?? Number.NaN);
      const wait = Number.isFinite(told) ? told * 1000 : 250 * 2 ** attempt;
      await new Promise((resolve) => setTimeout(resolve, Math.min(wait, LONGEST_WAIT_MS)));
    }
    return this.fetch(request);
  }

  private fetch(request: Request): Promise<Response> {
    return (this.options.fetch ?? globalThis.fetch)(request);
  }
}

function errorsOf(error: unknown): Schemas["Error"][] {
  return (error as Schemas["Failure"] | undefined)?.errors ?? [];
}
