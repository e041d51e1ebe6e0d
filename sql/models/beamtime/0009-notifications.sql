-- Who LISTENs to the channel "beamtime" is told of runs, events, configurations and jobs, and needs not poll.
SELECT quire.watch('"Run"', 'beamtime');
SELECT quire.watch('"EventLog"', 'beamtime');
SELECT quire.watch('"UserConfiguration"', 'beamtime');
SELECT quire.watch('"IndexingResult"', 'beamtime');
SELECT quire.watch('"MergeResult"', 'beamtime');
-- down
SELECT quire.unwatch('"Run"', 'beamtime'), quire.unwatch('"EventLog"', 'beamtime'), quire.unwatch('"UserConfiguration"', 'beamtime'),
    quire.unwatch('"IndexingResult"', 'beamtime'), quire.unwatch('"MergeResult"', 'beamtime');
