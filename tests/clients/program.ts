// A program on the types that openapi-typescript made (`api.d.ts`). Writes what it found as JSON.
import createClient from "openapi-fetch";
import type { components, paths } from "./api.js";

declare const process: { argv: string[] };
type Detail = components["schemas"]["TicketDetail"];

const base: string = process.argv[2];
const anonymous = createClient<paths>({ baseUrl: base });
const login = await anonymous.POST("/api/v2/auth/login", {
  body: { username: "alice", password: "demo-help-desk", kind: "staff" },
});
if (!login.data) throw new Error(JSON.stringify(login.error));
const token: string = login.data.data.access_token;
const alice = createClient<paths>({ baseUrl: base, headers: { Authorization: `Bearer ${token}` } });

const page = await alice.GET("/api/v2/tickets", { params: { query: { status: "open", per_page: 5 } } });
if (!page.data || typeof page.data === "string") throw new Error(JSON.stringify(page.error));

const body: components["schemas"]["TicketCreate"] = {
  subject: "Opened by a generated client",
  message: "<p>Hello</p>",
  email: "gerda@example.net",
  name: "Gerda Generated",
  topic_id: 1,
};
const rehearsed = await alice.POST("/api/v2/tickets", { params: { query: { dry_run: true } }, body });
if (!rehearsed.data || !("effects" in rehearsed.data.data)) throw new Error(JSON.stringify(rehearsed.error));
const opened = await alice.POST("/api/v2/tickets", { body });
if (!opened.data || !("id" in opened.data.data)) throw new Error(JSON.stringify(opened.error));
const made: Detail = opened.data.data;
const read = await alice.GET("/api/v2/tickets/{ticket}", { params: { path: { ticket: String(made.id) } } });
if (!read.data) throw new Error(JSON.stringify(read.error));

const refused = await alice.POST("/api/v2/tickets", {
  body: { ...body, topic_id: 999999 },
});
if (!refused.error || !("success" in refused.error)) throw new Error("a ticket was opened under a topic that does not exist");

const uploaded = await alice.POST("/api/v2/files", {
  body: { file: "" },
  bodySerializer: () => {
    const form = new FormData();
    form.append("file", new Blob(["a file by a generated client"], { type: "text/plain" }), "notes.txt");
    return form;
  },
});
if (!uploaded.data || !("id" in uploaded.data.data)) throw new Error(JSON.stringify(uploaded.error));
const path = { file: uploaded.data.data.id };
const fetched = await alice.GET("/api/v2/files/{file}", { params: { path }, parseAs: "text" });

console.log(
  JSON.stringify({
    list: { subjects: page.data.data.map((ticket) => ticket.subject), total: page.data.meta.total },
    opened: { subject: made.subject, status: made.status?.name },
    rehearsed: rehearsed.data.data.effects.map((effect) => effect.kind),
    read: { subject: read.data.data.subject, created_at: read.data.data.created_at },
    refused: { success: refused.error.success, field: refused.error.errors[0].field },
    file: fetched.data,
  }),
);
