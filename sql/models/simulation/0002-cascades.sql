-- The platform's migration 3f9d1f1bec46: what belongs to a simulation goes with it.
DO $$
DECLARE
    part record;
BEGIN
    FOR part IN VALUES ('Estimator', 'simulation_id', 'Simulation'), ('Input', 'simulation_id', 'Simulation'),
        ('Logfiles', 'simulation_id', 'Simulation'), ('Page', 'estimator_id', 'Estimator'), ('Task', 'simulation_id', 'Simulation')
    LOOP
        EXECUTE format('ALTER TABLE %1$I DROP CONSTRAINT %2$I, ADD CONSTRAINT %2$I FOREIGN KEY (%3$I) REFERENCES %4$I ON DELETE CASCADE',
            part.column1, part.column1 || '_' || part.column2 || '_fkey', part.column2, part.column3);
    END LOOP;
END $$;
-- down
DO $$
DECLARE
    part record;
BEGIN
    FOR part IN VALUES ('Estimator', 'simulation_id', 'Simulation'), ('Input', 'simulation_id', 'Simulation'),
        ('Logfiles', 'simulation_id', 'Simulation'), ('Page', 'estimator_id', 'Estimator'), ('Task', 'simulation_id', 'Simulation')
    LOOP
        EXECUTE format('ALTER TABLE %1$I DROP CONSTRAINT %2$I, ADD CONSTRAINT %2$I FOREIGN KEY (%3$I) REFERENCES %4$I',
            part.column1, part.column1 || '_' || part.column2 || '_fkey', part.column2, part.column3);
    END LOOP;
END $$;
