import { Injectable } from '@nestjs/common';

/**
 * Tells the relay of this process that there may be committed changes to announce. It is a hint and nothing more:
 * the relay finds changes by looking for them, so one that is never told of is announced all the same.
 */
@Injectable()
export class InboxChanges {
  private readonly listeners = new Set<() => void>();

  onChange(listener: () => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  announce(): void {
    for (const listener of this.listeners) listener();
  }
}
