// A small program of a connected system: it lists cases, records an act on one of them, and reads form 1.
// Everything it knows of the service is in schema.d.ts, which is generated from the published document.
//
//     node build/client.js http://127.0.0.1:8000 thads_1_…
import { randomUUID } from "node:crypto";
import createClient from "openapi-fetch";
import type { components, paths } from "./schema.js";

type Problem = components["schemas"]["Problem"];
type NewAct = components["schemas"]["NewActRequest"];

const [baseUrl, token] = process.argv.slice(2);
if (baseUrl === undefined || token === undefined) {
  throw new Error("usage: client.js URL KEY");
}
// A list can be sent as CSV too; what is asked for here is JSON.
type Json = "application/json" | "application/problem+json";
const api = createClient<paths, Json>({ baseUrl, headers: { Authorization: `Bearer ${token}` } });

/** The body of a good answer; a problem ends the program with its words. */
function good<T>(answer: { data?: T; error?: Problem; response: Response }): T {
  if (answer.data === undefined) {
    const problem = answer.error;
    throw new Error(`${answer.response.status} ${problem?.code}: ${problem?.detail}`);
  }
  return answer.data;
}

const query = { unit: "DN.HC", fiscal_year: 2024, months: 6 } as const;

async function doneInForm1(): Promise<string | null> {
  for (;;) {
    const form = good(
      await api.GET("/api/v1/statistics/forms/{number}/", { params: { path: { number: "1" }, query } }),
    );
    if (form.pending === 0) {
      const total = form.rows.find((row) => row.key === "total");
      return total?.columns["done"]?.value ?? null;
    }
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

const before = await doneInForm1();
const cases = good(await api.GET("/api/v1/cases/", { params: { query: { unit: "DN.HC", count: "exact" } } }));
const first = cases.results[0];
if (first === undefined) {
  throw new Error("there is no case");
}

const act: NewAct = {
  type: "COLLECTION",
  effective_on: "2024-01-15",
  lines: [{ obligation: "o1", amount: first.remaining }],
};
const record = () =>
  api.POST("/api/v1/cases/{id}/acts/", {
    params: { path: { id: first.id }, header: { "Idempotency-Key": randomUUID() } },
    body: act,
  });
const recorded = good(await record());
if (!("seq" in recorded)) {
  throw new Error("a dry run was not asked for");
}

// Under a new key it is another act, and of what is collected nothing remains.
const refused = await record();
console.log(
  JSON.stringify({
    cases: cases.count.value,
    recorded: { type: recorded.type, label: recorded.type_label, seq: recorded.seq },
    refused: refused.error?.errors.map((one) => one.code),
    done: [before, await doneInForm1()],
  }),
);
