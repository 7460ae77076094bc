import { Injectable } from '@nestjs/common';
import { Wakeup } from '../common/wakeup.js';

/** Wakes the relay of this process: there may be committed changes to announce. */
@Injectable()
export class InboxWakeup extends Wakeup {}
