import type { Database } from './driver.ts';

export type Transaction = <T>(work: () => T) => T;

/**
 * Runs work in one immediate transaction; calls inside it join it. Anything thrown undoes all of it; `undone` then hears of it, for what repeats
 * the database in memory.
 */
export function createTransaction(db: Database, undone: () => void = () => undefined): Transaction {
  let running = false;
  return (work) => {
    if (running) return work();
    db.exec('BEGIN IMMEDIATE');
    running = true;
    try {
      const value = work();
      db.exec('COMMIT');
      return value;
    } catch (error) {
      try {
        db.exec('ROLLBACK');
      } catch {
        // SQLite has rolled back by itself (a full disk does that); the first error is the one to tell.
      }
      undone();
      throw error;
    } finally {
      running = false;
    }
  };
}
