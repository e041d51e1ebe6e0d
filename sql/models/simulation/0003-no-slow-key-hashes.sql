-- The platform's migration 4027fc5cbcb1: hashes of update keys as slow as those of passwords held the workers up.
-- Step 7 brings the column back, with digests that are fast and as safe for keys that are random.
ALTER TABLE "Simulation" DROP COLUMN update_key_hash;
-- down
ALTER TABLE "Simulation" ADD COLUMN update_key_hash varchar;
