# The build of the extension, for DBAs and packagers: make, make install, make installcheck.
# What developers need besides (unit tests, fuzzers, benchmarks of the core) is built by CMakeLists.txt.

EXTENSION := quire
MODULE_big := quire
# The folder of this file: pg_buildext calls it from another one.
top := $(patsubst %/,%,$(dir $(realpath $(firstword $(MAKEFILE_LIST)))))
EXTVERSION := $(shell sed -n "s/^default_version *= *'\(.*\)'/\1/p" $(top)/quire.control)

# The install script is these parts of sql/, in the order in which they build on each other.
PARTS := head guards forms logic access events records attributes archive secrets models

sources = $(patsubst $(top)/%,%,$(sort $(foreach d,$(1),$(wildcard $(top)/$(d)/*.cpp))))
core := $(call sources,src/core/*)
support := $(call sources,src/pg/support)
glue := $(filter-out $(support),$(call sources,src/pg src/pg/*))
OBJS := $(patsubst %.cpp,%.o,$(core) $(support) $(glue))

DATA := $(patsubst $(top)/%,%,$(wildcard $(top)/upgrade/quire--*--*.sql))
DATA_built := quire--$(EXTVERSION).sql
EXTRA_CLEAN := build/models.inc quire--*.sql $(OBJS:.o=.d) probe.so failing_malloc.so $(probe) $(probe:.o=.d) \
	build/regress build/isolation

# Tests that make installcheck runs against a server that has quire installed. pg_regress takes expected/ from beside
# the folder of its inputs, so both are brought together in build/.
names = $(sort $(patsubst %$(2),%,$(notdir $(wildcard $(top)/$(1)/*$(2)))))
REGRESS := $(call names,test/sql,.sql)
REGRESS_OPTS := --inputdir=build/regress --outputdir=build/regress --load-extension=quire
ISOLATION := $(call names,test/isolation/specs,.spec)
ISOLATION_OPTS := --inputdir=$(top)/test/isolation --outputdir=build/isolation --load-extension=quire

PG_CONFIG ?= pg_config
XML2_CONFIG ?= xml2-config
PG_CPPFLAGS := -I$(top)/src -Ibuild -I$(top)/build $(shell $(XML2_CONFIG) --cflags) -DQUIRE_VERSION='"$(EXTVERSION)"'
# One thread a backend: statics need no locks.
PG_CXXFLAGS := -std=c++20 -Wall -Wextra -fvisibility=hidden -fvisibility-inlines-hidden \
	-fno-threadsafe-statics -MMD -MP $(COPT)
SHLIB_LINK := $(shell $(XML2_CONFIG) --libs) -lz -lcrypto -ludunits2 -lstdc++ -Wl,--version-script=$(top)/src/exports.map
# PGXS would compile C++ to bitcode without these flags.
override with_llvm := no

PGXS := $(shell $(PG_CONFIG) --pgxs)
include $(PGXS)

$(DATA_built): $(PARTS:%=$(top)/sql/%.sql) $(top)/quire.control
	cat $(filter %.sql,$^) > $@

# The steps of models are texts in the library: no dump holds them, and no restore or update can miss one.
build/models.inc: $(sort $(wildcard $(top)/sql/models/*/*.sql))
	@mkdir -p build
	for file in $^; do \
	    printf '{"%s", "%s", R"quire_sql(' "$$(basename "$$(dirname "$$file")")" "$$(basename "$$file")"; \
	    cat "$$file"; printf ')quire_sql"},\n'; \
	done > $@
src/pg/models/shipped.o: build/models.inc

# They tell the version.
src/pg/module.o src/pg/models/instance.o: $(top)/quire.control

# Entry points that only tests load: they throw, fail and loop behind the same border as the real ones.
probe = $(patsubst %.cpp,%.o,$(call sources,test/probe))
failing_malloc.so: test/probe/failing_malloc.c
	$(CC) -O1 -fPIC -shared -fno-builtin -o $@ $<
probe.so: $(probe) $(patsubst %.cpp,%.o,$(core) $(support))
	$(CXX) $(CXXFLAGS) $(LDFLAGS) -shared -o $@ $^ $(SHLIB_LINK)

# PGXS compiles into folders that a build elsewhere does not have yet.
.PHONY: folders
$(OBJS) $(probe): | folders
folders:
	@mkdir -p $(sort $(dir $(OBJS) $(probe)))

.PHONY: stage-tests accept
installcheck: stage-tests
stage-tests:
	rm -rf build/regress build/isolation
	mkdir -p build/regress build/isolation
	cp -r $(top)/test/sql $(top)/expected build/regress/

# Takes what the last installcheck printed as the answers expected from now on: read the diff before you commit it.
accept:
	cp build/regress/results/*.out $(top)/expected/
	-cp build/isolation/results/*.out $(top)/test/isolation/expected/

.PHONY: check-style
check-style: quire.so
	$(top)/scripts/check-style

-include $(OBJS:.o=.d) $(probe:.o=.d)
