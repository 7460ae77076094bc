/** One message of a server-sent event stream. */
export interface SseMessage {
  /** The last id seen, this message's own or an earlier one's. */
  id: string;
  event: string;
  data: string;
}

/**
 * Reads `text/event-stream` from bytes that arrive in pieces of any size. `EventSource` would do it too, but cannot
 * send an `Authorization` header. Follows the HTML standard's section 9.2.6: line ends are LF, CR or CRLF, an
 * unfinished message at the end of the stream is dropped. `retry` is left aside: the client has a back-off of its own.
 */
export class SseParser {
  #id = '';
  #lastId = '';
  #event = '';
  #data: string[] = [];
  #line = '';
  #skipLf = false;
  // Removes a byte order mark, and keeps a character that is cut in two until its rest arrives.
  readonly #decoder = new TextDecoder();

  /** The id of the last whole block, also of one without data: heartbeats say how far the server has read. */
  get lastId(): string {
    return this.#lastId;
  }

  push(chunk: Uint8Array): SseMessage[] {
    let text = this.#decoder.decode(chunk, { stream: true });
    const messages: SseMessage[] = [];
    if (text === '') return messages;
    // A CR ended the line before; this LF belongs to it.
    if (this.#skipLf && text.startsWith('\n')) text = text.slice(1);
    this.#skipLf = text === '' ? false : text.endsWith('\r');
    const lines = text.split(/\r\n|\r|\n/);
    // The last piece has no line end yet.
    const rest = lines.pop() ?? '';
    for (const line of lines) {
      const message = this.#take(this.#line + line);
      this.#line = '';
      if (message) messages.push(message);
    }
    this.#line += rest;
    return messages;
  }

  #take(line: string): SseMessage | undefined {
    if (line === '') return this.#dispatch();
    const colon = line.indexOf(':');
    // A comment: the server's heartbeat.
    if (colon === 0) return undefined;
    const field = colon === -1 ? line : line.slice(0, colon);
    const value = colon === -1 ? '' : line.slice(colon + (line[colon + 1] === ' ' ? 2 : 1));
    if (field === 'data') this.#data.push(value);
    else if (field === 'event') this.#event = value;
    else if (field === 'id' && !value.includes('\0')) this.#id = value;
    return undefined;
  }

  #dispatch(): SseMessage | undefined {
    const message = { id: this.#id, event: this.#event || 'message', data: this.#data.join('\n') };
    this.#lastId = this.#id;
    const empty = this.#data.length === 0;
    this.#event = '';
    this.#data = [];
    return empty ? undefined : message;
  }
}
