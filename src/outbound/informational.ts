const NOTHING = Buffer.alloc(0);

/** `HTTP/1.1 100`: from so much of an answer its status is known. */
const STATUS_LENGTH = 12;

const BEGINNINGS = ['HTTP/1.1 1', 'HTTP/1.0 1'];

/** 101 is none of these: after it the connection speaks another protocol, which nothing here asked for. */
const INFORMATIONAL = /^HTTP\/1\.[01] 1(?!01)\d\d/;

const LF = 0x0a;
const CR = 0x0d;

/**
 * Leaves out what a target or a proxy before it says until it answers, such as `100 Continue` and `103 Early Hints`:
 * undici takes the first for the end of the connection, and reads any number of the others.
 */
export class InformationalFilter {
  private state: 'status' | 'informational' | 'answer' = 'status';
  /** The beginning of an answer that is too short to have a status. */
  private start: Buffer = NOTHING;
  private lineIsEmpty = false;

  /** A request was sent: what comes next is the beginning of what is said to it. */
  expect(): void {
    this.state = 'status';
    this.start = NOTHING;
  }

  /** @returns what is left of it, null when that is nothing */
  take(chunk: Buffer): Buffer | null {
    let rest = this.start.length === 0 ? chunk : Buffer.concat([this.start, chunk]);
    this.start = NOTHING;
    while (this.state !== 'answer' && rest.length > 0) {
      if (this.state === 'informational') rest = this.skip(rest);
      else if (mayBeInformational(rest)) {
        this.start = rest;
        return null;
      } else this.state = INFORMATIONAL.test(statusOf(rest)) ? 'informational' : 'answer';
    }
    return rest.length > 0 ? rest : null;
  }

  /** What follows the empty line that ends an informational answer, as soon as there is one. */
  private skip(bytes: Buffer): Buffer {
    for (let at = 0; at < bytes.length; at += 1) {
      if (bytes[at] === CR) continue;
      if (bytes[at] === LF && this.lineIsEmpty) {
        this.expect();
        return bytes.subarray(at + 1);
      }
      this.lineIsEmpty = bytes[at] === LF;
    }
    return NOTHING;
  }
}

function statusOf(bytes: Buffer): string {
  return bytes.toString('latin1', 0, STATUS_LENGTH);
}

/** Its status is not there yet, and what is there leaves it open. */
function mayBeInformational(bytes: Buffer): boolean {
  if (bytes.length >= STATUS_LENGTH) return false;
  const text = statusOf(bytes);
  return BEGINNINGS.some((beginning) => beginning.startsWith(text) || text.startsWith(beginning));
}
