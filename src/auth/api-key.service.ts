import { Injectable, Logger } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { invalidInput, notFound } from '../common/errors.js';
import { isUuid, mintId } from '../common/ids.js';
import { textProblem } from '../common/text.js';
import { Database } from '../database/database.js';
import { Listener } from '../database/listener.js';
import type { ApiKey } from './api-key.entity.js';
import { ApiKeyStore } from './api-key.store.js';
import { hashOf, hintOf, isApiKey, makeApiKey } from './api-key.js';
import type { ApiKeyPrincipal } from './principal.js';
import { PRODUCER_SCOPES, SCOPES, type Scope } from './scopes.js';
import { VerifiedCache } from './verified-cache.js';

/** The longest name of a key, in characters. */
const MAX_NAME_LENGTH = 100;

/** What is shown of a key after it was made. */
export type ApiKeySummary = Omit<ApiKey, 'hash'>;

/** The keys of producers: services and agents that send notifications. */
@Injectable()
export class ApiKeyService {
  private readonly logger = new Logger('ApiKeys');
  // More keys than an installation has; each has 47 characters.
  private readonly verified = new VerifiedCache<ApiKeyPrincipal>({ entries: 10_000, characters: 1_000_000 });
  private readonly touching = new Set<string>();
  private subscription: Promise<void> | undefined;
  private subscribed = false;

  constructor(
    private readonly database: Database,
    private readonly store: ApiKeyStore,
    private readonly listener: Listener,
  ) {}

  /**
   * Makes a key.
   * @param name 1 to 100 characters, for people
   * @param scopes what it may do, at least one
   * @returns the key itself, which cannot be shown again
   */
  async create(
    name: string,
    scopes: readonly Scope[] = PRODUCER_SCOPES,
  ): Promise<{ id: string; name: string; key: string }> {
    const problem = textProblem(name, 1, MAX_NAME_LENGTH);
    if (problem) throw invalidInput([{ path: 'name', message: problem }]);
    const key = makeApiKey();
    const now = Date.now();
    const id = mintId(now);
    const granted = SCOPES.filter((scope) => scopes.includes(scope));
    const row = { id, name, scopes: granted, hint: hintOf(key), hash: hashOf(key), createdAt: new Date(now) };
    await this.store.insert(this.database.manager, row);
    return { id, name, key };
  }

  /** All keys, revoked ones included, the newest first. */
  list(): Promise<ApiKeySummary[]> {
    return this.store.list();
  }

  /**
   * Revokes a key, in all running processes as soon as the database tells them. Revoking a revoked key by its id changes nothing.
   * @param idOrName its id, or its name when only one usable key has it
   * @throws CarillonError `not_found`, or `invalid_input` naming the ids when several usable keys have the name
   */
  async revoke(idOrName: string): Promise<ApiKeySummary> {
    return this.database.transaction(async (manager) => {
      const key = await this.resolve(manager, idOrName);
      if (key.revokedAt) return key;
      const revokedAt = new Date();
      await this.store.revoke(manager, key.id, revokedAt);
      return { ...key, revokedAt };
    });
  }

  /**
   * Who holds a key. Answers are kept for a minute at most, and only while this process hears of revocations.
   * @returns undefined when it is no key, or a revoked one
   */
  async authenticate(key: string): Promise<ApiKeyPrincipal | undefined> {
    const known = this.hearsRevocations ? this.verified.get(key) : undefined;
    if (known || !isApiKey(key)) return known;
    // Opened by the first request that brings a key, so that commands that only manage keys need no connection.
    this.subscription ??= this.subscribe();
    const { generation } = this.verified;
    const row = await this.store.findUsable(hashOf(key));
    if (!row) return undefined;
    const principal = Object.freeze({
      kind: 'api-key' as const,
      keyId: row.id,
      name: row.name,
      scopes: row.scopes,
    });
    if (this.hearsRevocations) this.verified.set(key, principal, generation);
    if (row.unused) void this.touch(row.id);
    return principal;
  }

  private get hearsRevocations(): boolean {
    return this.subscribed && this.listener.connected;
  }

  private async subscribe(): Promise<void> {
    this.listener.onReconnect(() => {
      this.verified.clear();
      this.subscribed = true;
    });
    try {
      await this.listener.on(this.store.channel, () => this.verified.clear());
      this.subscribed = true;
    } catch {
      // The connection was lost meanwhile: the listener connects again, says so, and listens to this channel too.
    }
  }

  private async touch(id: string): Promise<void> {
    if (this.touching.has(id)) return;
    this.touching.add(id);
    try {
      await this.store.touch(this.database.manager, id);
    } catch (error) {
      // Not worth failing a request that has succeeded.
      this.logger.warn(`the last use of key ${id} was not written down: ${String(error)}`);
    } finally {
      this.touching.delete(id);
    }
  }

  private async resolve(manager: EntityManager, idOrName: string): Promise<ApiKeySummary> {
    const byId = isUuid(idOrName) ? await this.store.findById(manager, idOrName) : null;
    if (byId) return byId;
    const [key, ...others] = await this.store.findLiveByName(manager, idOrName);
    if (!key) throw notFound('API key');
    if (others.length === 0) return key;
    const ids = [key, ...others].map(({ id }) => id).join(', ');
    throw invalidInput([{ path: 'name', message: `is the name of several keys, give one's id: ${ids}` }]);
  }
}
