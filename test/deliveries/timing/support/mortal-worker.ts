import type { INestApplicationContext } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { Contacts } from '../../../../src/audience/contacts.js';
import { Catalogue } from '../../../../src/catalogue/catalogue.js';
import { Clock } from '../../../../src/common/clock.js';
import { CARILLON_OPTIONS } from '../../../../src/config/options.js';
import type { Statement } from '../../../../src/database/database.js';
import { WorkerDatabase } from '../../../../src/database/worker-database.js';
import { Attempts } from '../../../../src/deliveries/attempts.js';
import { Claims } from '../../../../src/deliveries/claims.js';
import { Lane } from '../../../../src/deliveries/lanes/lane.js';
import { QueueStore } from '../../../../src/deliveries/queue.store.js';
import { SendingChannels } from '../../../../src/deliveries/sending-channel.js';
import { ThrottleStore } from '../../../../src/deliveries/timing/throttle.store.js';
import { TimingLoader } from '../../../../src/deliveries/timing/timing-loader.js';
import { TimingService } from '../../../../src/deliveries/timing/timing.service.js';
import { TimingStore } from '../../../../src/deliveries/timing/timing.store.js';
import { PreferencesStore } from '../../../../src/preferences/preferences.store.js';

/** What becomes of a worker at a step, which is a statement, an attempt or a commit. */
export interface Fate {
  what: 'dies' | 'stalls';
  /** Of the step with this number. */
  when: 'before' | 'after';
  step: number;
}

const DEAD = new Error('the process is dead');

/** What a worker does, counted. */
class Life {
  dead = false;
  /** Ends the stall of one that stands still. */
  resume: (() => void) | undefined;
  private steps = 0;

  constructor(
    private readonly fate: Fate | undefined,
    private readonly stood: () => void,
  ) {}

  /** @param holdsLocks where it cannot stand still: others would wait for it */
  async step<T>(work: () => Promise<T>, holdsLocks = false): Promise<T> {
    const step = this.steps++;
    if (step === this.fate?.step && this.fate.when === 'before') await this.strike(holdsLocks);
    if (this.dead) throw DEAD;
    const result = await work();
    if (step === this.fate?.step && this.fate.when === 'after') await this.strike(holdsLocks);
    if (this.dead) throw DEAD;
    return result;
  }

  private async strike(holdsLocks: boolean): Promise<void> {
    if (this.fate?.what === 'dies') this.dead = true;
    else if (!holdsLocks)
      await new Promise<void>((resolve) => {
        this.resume = resolve;
        this.stood();
      });
  }
}

/** The connections of one process, whose time is the one that was set. */
class MortalDatabase extends WorkerDatabase {
  constructor(
    { dataSource }: WorkerDatabase,
    private readonly life: Life,
  ) {
    super(dataSource);
  }

  override execute<Row extends object>(manager: EntityManager, statement: Statement, values: unknown[]) {
    return this.life.step(
      () => super.execute<Row>(manager, timed(statement), values),
      manager.queryRunner !== undefined,
    );
  }

  override executeArrays<Row extends unknown[]>(
    manager: EntityManager,
    statement: Statement,
    values: unknown[],
  ) {
    return this.life.step(
      () => super.executeArrays<Row>(manager, timed(statement), values),
      manager.queryRunner !== undefined,
    );
  }

  override transaction<T>(work: (manager: EntityManager) => Promise<T>): Promise<T> {
    return this.life.step(() => super.transaction(work));
  }
}

function timed({ name, text }: Statement): Statement {
  return { name: `${name}.timed`, text: text.replaceAll(/\bnow\(\)/g, 'public.set_now()') };
}

/** Makes the time of {@link MortalWorker}, which stands still until it is set. */
export const SET_CLOCK = `
  CREATE TABLE public.set_time (at timestamptz NOT NULL);
  INSERT INTO public.set_time VALUES (now());
  CREATE FUNCTION public.set_now() RETURNS timestamptz LANGUAGE sql STABLE AS 'SELECT at FROM public.set_time'`;

/** A lane gets so many at once. */
const ROOM = 8;

/** A process that does one round of the worker's loop, and dies or stands still in it if that is its fate. */
export class MortalWorker {
  private readonly life: Life;
  private readonly database: MortalDatabase;
  private readonly claims: Claims;
  private readonly queue: QueueStore;
  private readonly attempts: Attempts;
  private readonly stands: Promise<void>;

  constructor(app: INestApplicationContext, fate?: Fate) {
    const of = <T>(type: new (...args: never[]) => T): T => app.get<T>(type, { strict: false });
    let stood = () => {};
    this.stands = new Promise((resolve) => (stood = resolve));
    this.life = new Life(fate, () => stood());
    this.database = new MortalDatabase(of(WorkerDatabase), this.life);
    this.queue = new QueueStore(this.database);
    const timing = new TimingStore(this.database);
    this.claims = new Claims(this.database, this.queue, timing, of(SendingChannels));
    const catalogue = of(Catalogue);
    const loader = new TimingLoader(this.database, catalogue, of(PreferencesStore), of(Contacts), timing);
    const service = new TimingService(
      this.database,
      catalogue,
      this.queue,
      loader,
      timing,
      new ThrottleStore(this.database),
    );
    const options = app.get(CARILLON_OPTIONS, { strict: false });
    this.attempts = new Attempts(this.database, of(Clock), service, options);
  }

  /** @returns when it has done its round, has died, or stands still: then `end` is when it has come to its end after all */
  async round(stops: boolean): Promise<{ end: Promise<void> } | undefined> {
    const end = this.work(stops).catch((error: unknown) => {
      if (error !== DEAD) throw error;
    });
    const stands = await Promise.race([end.then(() => false), this.stands.then(() => true)]);
    return stands ? { end } : undefined;
  }

  resume(): void {
    this.life.resume?.();
  }

  /** @param stops it gives back what it has claimed, as a process does that hears SIGTERM then */
  private async work(stops: boolean): Promise<void> {
    await this.claims.wake();
    const { lanes: found } = await this.claims.look([]);
    const lanes = found.map(
      ({ targetId, channel, state }) => new Lane(targetId, channel, state.limits, false, 0),
    );
    const claimed = await this.claims.claim(lanes.map(({ targetId }) => ({ targetId, room: ROOM })));
    const decided = await this.attempts.decide(
      lanes.map((lane) => ({ lane, claimed: claimed.filter((one) => one.targetId === lane.targetId) })),
    );
    if (this.life.dead) throw DEAD;
    const finished = decided.flatMap((one) => one.finished);
    for (const { lane, send, undecided } of decided) {
      if (stops || undecided.length > 0)
        await this.claims.release(stops ? [...send, ...undecided] : undecided);
      if (stops) continue;
      for (const delivery of send)
        finished.push(await this.life.step(() => this.attempts.make(lane, delivery)));
    }
    if (this.life.dead) throw DEAD;
    const outcomes = finished.map(({ outcome }) => outcome);
    if (outcomes.length > 0)
      await this.database.transaction((manager) => this.queue.record(manager, outcomes, this.claims.worker));
  }
}
