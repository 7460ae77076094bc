import {
  createCipheriv,
  createDecipheriv,
  createHash,
  createHmac,
  createSecretKey,
  hkdfSync,
  randomBytes,
  scryptSync,
  type KeyObject,
} from 'node:crypto';
import { remembered } from './remembered.js';

/** The key is any text of the operator's, perhaps a pass phrase, so it is stretched; once, at the first use. */
const SALT = 'carillon secret box 1';
const IV_BYTES = 12;
const TAG_BYTES = 16;

/** No key here opens it: it was sealed with another one, was changed, or belongs to another row. */
export class UnreadableSecret extends Error {
  override readonly name = 'UnreadableSecret';
}

/** What a sealed column of a user's row belongs to. */
export function columnContext(table: string, column: string, row: { userId: string; id: string }): string {
  return `${table}/${column}/${row.id}/${row.userId}`;
}

/** What is said of a target whose secrets are such. */
export const UNREADABLE = 'its secrets cannot be decrypted with the present key';

interface Key {
  id: string;
  bytes: Buffer;
  /** The key of its own that hashes of a context are made with. */
  hashing: (context: string) => KeyObject;
}

/** Contexts of hashes are a handful, each for one column. */
const CONTEXTS = 16;

/**
 * Encrypts what must not lie readable in the database (AES-256-GCM). A sealed text is `v1.<key id>.<base64url>`;
 * the id says which key it was sealed with, so that a former key still opens what it sealed.
 */
export class SecretBox {
  private readonly current: Key;
  private readonly previous: Key | undefined;

  /**
   * @param key the current key: seals and opens
   * @param previous a former key: only opens
   */
  constructor(key: string, previous?: string) {
    this.current = deriveKey(key);
    this.previous = previous === undefined || previous === key ? undefined : deriveKey(previous);
  }

  /**
   * @param plain what to seal
   * @param context what it belongs to (a row and a column): it opens there only, so that a secret
   *   that is copied to another row does not open
   */
  seal(plain: string, context: string): string {
    const iv = randomBytes(IV_BYTES);
    const cipher = createCipheriv('aes-256-gcm', this.current.bytes, iv).setAAD(Buffer.from(context));
    const sealed = Buffer.concat([iv, cipher.update(plain, 'utf8'), cipher.final(), cipher.getAuthTag()]);
    return prefixOf(this.current) + sealed.toString('base64url');
  }

  /** @throws UnreadableSecret when no key here sealed it, it was changed, or it belongs to another context */
  open(sealed: string, context: string): string {
    const [version, keyId, text] = sealed.split('.');
    const key = [this.current, this.previous].find((known) => known?.id === keyId);
    if (version !== 'v1' || !key || !text)
      throw new UnreadableSecret('a stored secret was encrypted with an unknown key');
    try {
      const bytes = Buffer.from(text, 'base64url');
      const decipher = createDecipheriv('aes-256-gcm', key.bytes, bytes.subarray(0, IV_BYTES))
        .setAAD(Buffer.from(context))
        .setAuthTag(bytes.subarray(-TAG_BYTES));
      return (
        decipher.update(bytes.subarray(IV_BYTES, -TAG_BYTES), undefined, 'utf8') + decipher.final('utf8')
      );
    } catch {
      throw new UnreadableSecret('a stored secret was changed, or is not from this row');
    }
  }

  /** The same, and undefined where no key opens it. */
  openIfReadable(sealed: string, context: string): string | undefined {
    try {
      return this.open(sealed, context);
    } catch (error) {
      if (error instanceof UnreadableSecret) return undefined;
      throw error;
    }
  }

  /** What every text begins with that the former key sealed, if there is one. */
  get previousPrefix(): string | undefined {
    return this.previous && prefixOf(this.previous);
  }

  /** Whether a text bears the former key's name, and is to be sealed again. */
  isFormer(sealed: string): boolean {
    return this.previous !== undefined && sealed.startsWith(prefixOf(this.previous));
  }

  /**
   * A hash by which a sealed text is found again, and which says nothing about it without the key.
   * @param context what it is for: hashes of one text in two places differ
   */
  hash(plain: string, context: string): Buffer {
    return hashWith(this.current, plain, context);
  }

  /** Every hash under which the text may be stored: the former key's too, until its rows are sealed again. */
  hashes(plain: string, context: string): Buffer[] {
    return [this.current, this.previous].flatMap((key) => (key ? [hashWith(key, plain, context)] : []));
  }
}

function hashWith({ hashing }: Key, plain: string, context: string): Buffer {
  return createHmac('sha256', hashing(context)).update(plain).digest();
}

function prefixOf(key: Key): string {
  return `v1.${key.id}.`;
}

function deriveKey(text: string): Key {
  const bytes = scryptSync(text, SALT, 32);
  // A hash of the derived key, so that it tells nothing about the text.
  const id = createHash('sha256').update(bytes).digest('hex').slice(0, 8);
  // None of them is the one that encrypts.
  const hashing = remembered(CONTEXTS, (context) =>
    createSecretKey(Buffer.from(hkdfSync('sha256', bytes, SALT, `hash ${context}`, 32))),
  );
  return { bytes, id, hashing };
}
