import { it } from 'vitest';
import { quotaHolds } from '../testing/quota-property.ts';

it('the limit holds to the byte, whatever is fetched at the same time', () => quotaHolds(200));
