import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { Catalogue } from '../../catalogue/catalogue.js';
import { Clock } from '../../common/clock.js';
import { CarillonError, invalidInput, notFound } from '../../common/errors.js';
import { mintId } from '../../common/ids.js';
import { parseId } from '../../common/typeid.js';
import { checkInput } from '../../common/validation.js';
import { Database } from '../../database/database.js';
import { HttpSender } from '../../outbound/http-sender.js';
import {
  CreateEndpoint,
  mergeCredentials,
  PatchEndpoint,
  touchesCredentials,
  type EndpointRules,
} from './endpoint.dto.js';
import { requireFormat } from './formats/registry.js';
import { EndpointVault } from './endpoint-vault.js';
import type { PreviousSecret, WebhookEndpoint } from './endpoint.entity.js';
import { EndpointsStore } from './endpoints.store.js';
import { createSecret, ROTATION_MS } from './sign.js';
import type { WebhookItem } from './webhooks.dto.js';
import { webhookItem } from './webhooks.mapper.js';

/** Each event costs a row and a request per endpoint; nobody needs more places than that. */
export const MAX_ENDPOINTS = 20;

/**
 * Each signs every request, and none may be cut off before its day is over. Somebody who has to rotate again, because
 * the new secret leaked as well, has room for it; a loop does not make the header endless.
 */
const MAX_PREVIOUS_SECRETS = 5;

const DISABLED_BY_OWNER = 'disabled by its owner';

@Injectable()
export class EndpointsService {
  private readonly rules: EndpointRules;

  constructor(
    private readonly database: Database,
    private readonly store: EndpointsStore,
    private readonly vault: EndpointVault,
    private readonly clock: Clock,
    catalogue: Catalogue,
    sender: HttpSender,
  ) {
    this.rules = { events: catalogue.webhookEvents, urlProblem: (url) => sender.urlProblem(url) };
  }

  async list(userId: string): Promise<WebhookItem[]> {
    return (await this.store.list(userId)).map((endpoint) => webhookItem(endpoint, this.vault));
  }

  async get(userId: string, id: string): Promise<WebhookItem> {
    return webhookItem(await this.find(userId, id), this.vault);
  }

  /** @throws CarillonError `not_found` for what does not exist, is deleted or is somebody else's */
  async find(userId: string, id: string): Promise<WebhookEndpoint> {
    const uuid = parseId(id);
    const endpoint = uuid ? await this.store.find(userId, uuid) : null;
    if (!endpoint) throw notFound('webhook');
    return endpoint;
  }

  /**
   * The answer carries the signing secret: it is shown here and at a rotation, never again.
   * @param given a {@link CreateEndpoint} as it came
   * @throws CarillonError naming every wrong place, `refused_url` when the URL guard is the only objection
   */
  async create(userId: string, given: object): Promise<WebhookItem> {
    const input = checkInput(CreateEndpoint, given, { known: this.rules });
    const format = requireFormat(input.kind);
    const credentials = mergeCredentials({}, input);
    const now = this.clock.now();
    const place = { userId, id: mintId(now.getTime()) };
    const secret = format.signed ? createSecret() : undefined;
    const endpoint: WebhookEndpoint = {
      ...place,
      name: input.name,
      kind: input.kind,
      events: input.events,
      urlBox: this.vault.sealUrl(place, input.url),
      credentialsBox: this.vault.sealCredentials(place, credentials),
      secretBox: secret === undefined ? null : this.vault.sealSecret(place, secret),
      previousSecrets: [],
      createdAt: now,
      updatedAt: now,
      ...ENABLED,
      deletedAt: null,
    };
    await this.database.transaction(async (manager) => {
      if ((await this.store.countLocked(manager, userId)) >= MAX_ENDPOINTS) throw tooMany();
      await this.store.insert(manager, endpoint);
    });
    return { ...webhookItem(endpoint, this.vault), ...(secret !== undefined && { secret }) };
  }

  /**
   * Re-enabling, or another URL, begins anew: earlier failures count no longer.
   * @param given a {@link PatchEndpoint} as it came
   * @throws CarillonError as {@link create}
   */
  async update(userId: string, id: string, given: object): Promise<WebhookItem> {
    return this.change(userId, id, async (manager, endpoint) => {
      const credentials = this.vault.readableCredentials(endpoint);
      const present = { format: requireFormat(endpoint.kind), credentials };
      const patch = checkInput(PatchEndpoint, given, { known: { ...this.rules, present } });
      const now = this.clock.now();
      const { name, url, events, enabled } = patch;
      const changed: Partial<WebhookEndpoint> = { updatedAt: now };

      if (name !== undefined) changed.name = name;
      if (events !== undefined) changed.events = events;
      if (url !== undefined) Object.assign(changed, { urlBox: this.vault.sealUrl(endpoint, url) }, HEALTHY);
      if (touchesCredentials(patch)) {
        const merged = mergeCredentials(credentials, patch);
        changed.credentialsBox = this.vault.sealCredentials(endpoint, merged);
      }
      if (enabled === true) Object.assign(changed, ENABLED);
      if (enabled === false && endpoint.disabledAt === null)
        Object.assign(changed, { disabledAt: now, disabledReason: DISABLED_BY_OWNER });
      await this.store.update(manager, userId, endpoint.id, changed);
      return webhookItem({ ...endpoint, ...changed }, this.vault);
    });
  }

  async remove(userId: string, id: string): Promise<string> {
    const { manager } = this.database;
    const uuid = parseId(id);
    if (!uuid || !(await this.store.update(manager, userId, uuid, { deletedAt: this.clock.now() })))
      throw notFound('webhook');
    return uuid;
  }

  /**
   * Makes a new signing secret; the replaced one signs too for another day, and so does each one before it for the
   * rest of its own.
   * @throws CarillonError `rate_limited` when that would be too many
   */
  async rotateSecret(userId: string, id: string): Promise<WebhookItem> {
    return this.change(userId, id, async (manager, endpoint) => {
      if (!requireFormat(endpoint.kind).signed)
        throw invalidInput([{ path: 'kind', message: `a ${endpoint.kind} endpoint has no secret` }]);
      const now = this.clock.now();
      const until = new Date(now.getTime() + ROTATION_MS);
      const previousSecrets = this.vault.replaceSecret(endpoint, now, until);
      if (previousSecrets.length > MAX_PREVIOUS_SECRETS) throw rotatedTooOften(previousSecrets, now);
      const secret = createSecret();
      await this.store.update(manager, userId, endpoint.id, {
        secretBox: this.vault.sealSecret(endpoint, secret),
        previousSecrets,
        updatedAt: now,
      });
      return { ...webhookItem({ ...endpoint, updatedAt: now }, this.vault), secret };
    });
  }

  private async change(
    userId: string,
    id: string,
    work: (manager: EntityManager, endpoint: WebhookEndpoint) => Promise<WebhookItem>,
  ): Promise<WebhookItem> {
    const uuid = parseId(id);
    if (!uuid) throw notFound('webhook');
    return this.database.transaction(async (manager) => {
      const endpoint = await this.store.findLocked(manager, userId, uuid);
      if (!endpoint) throw notFound('webhook');
      return work(manager, endpoint);
    });
  }
}

const HEALTHY = { failingSince: null, failures: 0, pausedUntil: null };
const ENABLED = { ...HEALTHY, disabledAt: null, disabledReason: null };

function tooMany(): CarillonError {
  return new CarillonError('too_many_endpoints', `A user has at most ${MAX_ENDPOINTS} webhooks.`);
}

function rotatedTooOften(previous: PreviousSecret[], now: Date): CarillonError {
  const first = Math.min(...previous.map(({ until }) => Date.parse(until)));
  const detail = `${MAX_PREVIOUS_SECRETS} replaced secrets sign still; wait until the first of them has had its 24 hours.`;
  return new CarillonError('rate_limited', detail, undefined, (first - now.getTime()) / 1000);
}
