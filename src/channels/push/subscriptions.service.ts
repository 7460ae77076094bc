import { Inject, Injectable } from '@nestjs/common';
import { Clock } from '../../common/clock.js';
import { notFound } from '../../common/errors.js';
import { mintId } from '../../common/ids.js';
import { parseId } from '../../common/typeid.js';
import { checkInput } from '../../common/validation.js';
import { CARILLON_OPTIONS, type CarillonOptions } from '../../config/options.js';
import { Database } from '../../database/database.js';
import { HttpSender } from '../../outbound/http-sender.js';
import { CreateSubscription, type SubscriptionRules } from './subscription.dto.js';
import { SubscriptionVault } from './subscription-vault.js';
import type { PushSubscription } from './subscription.entity.js';
import { SubscriptionsStore } from './subscriptions.store.js';

/** Each event costs a row and a request for each, and no user has more browsers in use. */
export const MAX_SUBSCRIPTIONS = 20;

/** A subscription as its user sees it. */
export type SubscriptionView = Pick<PushSubscription, 'id' | 'device' | 'createdAt'>;

/** The browsers that a user has pushes sent to. */
@Injectable()
export class SubscriptionsService {
  private readonly rules: SubscriptionRules;

  constructor(
    private readonly database: Database,
    private readonly store: SubscriptionsStore,
    private readonly vault: SubscriptionVault,
    sender: HttpSender,
    private readonly clock: Clock,
    @Inject(CARILLON_OPTIONS) private readonly options: Pick<CarillonOptions, 'push'>,
  ) {
    this.rules = {
      // RFC 8030 wants TLS; in a network of the operator's own there may be none.
      endpointProblem: (url) =>
        sender.urlProblem(url) ??
        (url.startsWith('https:') || sender.isOpened(url) ? undefined : 'must begin with https://'),
    };
  }

  /** What browsers subscribe with. @throws CarillonError `not_found` where push is not set up */
  key(): string {
    const { publicKey } = this.options.push;
    if (publicKey === undefined) throw notFound('key: push is not set up here');
    return publicKey;
  }

  list(userId: string): Promise<SubscriptionView[]> {
    return this.store.list(userId);
  }

  /**
   * The same endpoint again replaces; another user's moves to this one. Where there is room for no more, the one that its
   * browser named longest ago gives way: users do not manage what they do not see.
   * @param given a {@link CreateSubscription} as it came
   * @throws CarillonError naming every wrong place, `refused_url` when the URL guard is the only objection; `not_found`
   *   where push is not set up
   */
  async add(userId: string, given: object): Promise<SubscriptionView> {
    this.key();
    const { subscription, device = null } = checkInput(CreateSubscription, given, { known: this.rules });
    const { endpoint, keys } = subscription;
    return this.database.transaction(async (manager) => {
      await this.store.lock(manager, userId, endpoint);
      const now = this.clock.now();
      const known = await this.store.findByHash(manager, this.vault.hashes(endpoint));
      const own = known.find((other) => other.userId === userId);
      for (const other of known) if (other !== own) await this.store.forget(manager, other, now);
      const place = { userId, id: own?.id ?? mintId(now.getTime()) };
      const said = {
        ...this.vault.seal(place, { endpoint, auth: keys.auth }),
        p256dh: keys.p256dh,
        device,
        updatedAt: now,
        failingSince: null,
        pausedUntil: null,
      };
      const subscribed = { ...place, ...said, createdAt: own?.createdAt ?? now };
      if (own) await this.store.update(manager, own, said);
      else {
        await this.store.forgetOldest(manager, userId, MAX_SUBSCRIPTIONS - 1, now);
        await this.store.insert(manager, { ...subscribed, lastOkAt: null, deletedAt: null });
      }
      return subscribed;
    });
  }

  /** @throws CarillonError `not_found` for what does not exist, is deleted or is another user's */
  async remove(userId: string, id: string): Promise<string> {
    const uuid = parseId(id);
    const { manager } = this.database;
    if (!uuid || !(await this.store.forget(manager, { userId, id: uuid }, this.clock.now())))
      throw notFound('subscription');
    return uuid;
  }
}
