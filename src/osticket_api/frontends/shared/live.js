/** What happens in the help desk while one looks: by the stream, or by looking again and again where there is none. */
import { useEffect, useRef } from "../vendor/preact-htm.js";
import { useApp } from "./context.js";

const POLL_MS = 15_000;
const RETRY_MS = 5_000;
const GATHER_MS = 300;

export class Live {
  #listeners = new Set();
  #close = null;
  #timer = null;
  #lastId = undefined;
  #isStopped = true;
  #isOpening = false;

  constructor(api) {
    this.api = api;
  }

  start() {
    if (!this.#isStopped) return;
    this.#isStopped = false;
    addEventListener("online", this.#now);
    this.#open();
  }

  stop() {
    this.#isStopped = true;
    removeEventListener("online", this.#now);
    clearTimeout(this.#timer);
    this.#close?.();
    this.#close = null;
  }

  /** Call `listener` with each event; with null when anything may have happened. */
  subscribe(listener) {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  #tell(event) {
    this.#listeners.forEach((listener) => listener(event));
  }

  async #open() {
    if (this.#isStopped) return;
    let wasOpen = false;
    this.#isOpening = true;
    try {
      this.#close = await this.api.listen(
        (event) => {
          this.#lastId = event.id || this.#lastId; // Presence has no number: it is not in the feed.
          this.#tell(event);
        },
        (isOpen) => {
          if (!isOpen && !wasOpen) this.#lastId = undefined; // The feed may not have this place any more: begin now.
          wasOpen ||= isOpen;
          isOpen ? this.#tell(null) : this.#again(RETRY_MS); // Things happened before the stream was open.
        },
        this.#lastId,
      );
      if (this.#isStopped) this.stop();
    } catch {
      this.#again(POLL_MS);
    } finally {
      this.#isOpening = false;
    }
  }

  /** The network is back: a stream from before may be dead without a word. */
  #now = () => {
    if (this.#isOpening) return;
    this.#close?.();
    this.#again(0);
  };

  /** Without the stream: look now and then, and try to open it each time. */
  #again(delay) {
    if (this.#isStopped) return;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      if (!document.hidden) this.#tell(null);
      this.#open();
    }, delay);
  }
}

/** Call `react` when an event comes that `concerns` accepts and that is not `known` yet, once for all that come within a moment. */
export function useLive(concerns, react, known = () => false) {
  const { live } = useApp();
  const latest = useRef();
  latest.current = { concerns, react, known };
  useEffect(() => {
    let timer = null;
    let gathered = [];
    const unsubscribe = live?.subscribe((event) => {
      if (event !== null && !latest.current.concerns(event)) return;
      gathered.push(event);
      timer ??= setTimeout(() => {
        const news = gathered.filter((each) => each === null || !latest.current.known(each)); // An event may come before the answer to what caused it.
        [timer, gathered] = [null, []];
        if (news.length) latest.current.react(news[0]);
      }, GATHER_MS);
    });
    return () => {
      clearTimeout(timer);
      unsubscribe?.();
    };
  }, [live]);
}

/** Whether an event changes what lists and pages show of a ticket. */
export const changesTicket = (event) => event.type.startsWith("ticket.") && event.type !== "ticket.presence";
