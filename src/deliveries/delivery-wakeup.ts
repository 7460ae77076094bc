import { Injectable } from '@nestjs/common';
import { Wakeup } from '../common/wakeup.js';

/** Wakes the delivery worker of this process: deliveries may have become due. */
@Injectable()
export class DeliveryWakeup extends Wakeup {}
