import { Documented } from '../../common/documented.js';
import { IsOnce, MayBeAbsent } from '../../common/rule.js';

@Documented()
export class StreamQuery {
  @MayBeAbsent()
  @IsOnce({ description: 'As the header `Last-Event-ID`, for clients that cannot set it.' })
  last_event_id?: string;
}
