import { connect, isDesktop } from './connection/connect.ts';
import { startPage } from './start.ts';

startPage({ client: connect(), desktop: isDesktop() });
