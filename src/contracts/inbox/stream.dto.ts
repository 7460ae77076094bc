import { Documented } from '../../common/documented.js';
import { IsString, MayBeAbsent } from '../../common/rule.js';

@Documented()
export class StreamQuery {
  @MayBeAbsent()
  @IsString({ description: 'As the header `Last-Event-ID`, for clients that cannot set it.' })
  last_event_id?: string;
}
