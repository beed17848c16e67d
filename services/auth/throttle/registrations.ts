import type { DataSource } from 'typeorm'
import { SlowDownError } from './attempts.ts'

export interface RegistrationLimit {
  /** Counts one registration from an address. @throws SlowDownError when the hour's are used up. */
  count(address: string): Promise<void>
}

/** At most `perHour` registrations from one address in an hour that begins with its first. */
export function createRegistrationLimit(database: DataSource, perHour: number): RegistrationLimit {
  return {
    async count(address) {
      const [window]: { registrations: number; left_ms: number }[] = await database.query(
        `INSERT INTO registration_windows AS w (address, started_at, registrations) VALUES ($1, now(), 1)
         ON CONFLICT (address) DO UPDATE SET
           started_at = CASE WHEN w.started_at < now() - interval '1 hour' THEN now() ELSE w.started_at END,
           registrations = CASE WHEN w.started_at < now() - interval '1 hour' THEN 1
             ELSE least(w.registrations, 1000000) + 1 END
         RETURNING registrations,
           (extract(epoch FROM started_at + interval '1 hour' - now()) * 1000)::float8 AS left_ms`,
        [address],
      )
      if (window && window.registrations > perHour) {
        throw new SlowDownError(window.left_ms, 'registrations from this address')
      }
    },
  }
}
