import type { MigrationInterface, QueryRunner } from 'typeorm'

/** Why a session ended before its time, for whoever looks into a theft. */
export class SessionEnd1764000000002 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(
      `ALTER TABLE sessions ADD COLUMN revoked_for text CHECK (revoked_for IN ('sign-out', 'reuse'))`,
    )
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE sessions DROP COLUMN revoked_for')
  }
}
