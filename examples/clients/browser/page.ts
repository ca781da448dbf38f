// The page: greets by a unary call, counts down by a server stream shown as it comes, and cancels it.
/// <reference lib="dom" />
import { ConnectError, createClient } from "sigil/client";
import { Language } from "../../greeter/messages.ts";
import { Greeter } from "./contract.ts";

const greeter = createClient(Greeter, location.origin, { defaultTimeoutMs: 60_000 });

function element<E extends HTMLElement>(id: string): E {
  return document.getElementById(id) as E;
}

element<HTMLFormElement>("hello").addEventListener("submit", async (event) => {
  event.preventDefault();
  const name = element<HTMLInputElement>("name").value;
  const language = Number(element<HTMLSelectElement>("language").value) as Language;
  const output = element("greeting");
  try {
    output.textContent = (await greeter.sayHello({ name, language })).text;
  } catch (error) {
    output.textContent = ConnectError.from(error).message;
  }
});

let running: AbortController | undefined;

element<HTMLFormElement>("count").addEventListener("submit", async (event) => {
  event.preventDefault();
  running?.abort();
  const { signal } = running = new AbortController();
  const from = Number(element<HTMLInputElement>("from").value);
  const ticks = element("ticks");
  ticks.replaceChildren();
  try {
    for await (const { left, text } of greeter.countDown({ from, pauseMs: 500 }, { signal })) {
      const tick = document.createElement("li");
      tick.textContent = left === 0 ? text : String(left);
      ticks.append(tick);
    }
  } catch (error) {
    if (signal.aborted) return;
    ticks.append(ConnectError.from(error).message);
  }
});

element("stop").addEventListener("click", () => running?.abort());
