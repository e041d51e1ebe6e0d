// src/pg/support/settings.cpp: what a DBA can set, and its limits.
#include "pg/support/settings.hpp"

#include "pg/support/call.hpp"
#include "pg/support/postgres.hpp"

namespace quire::pg {
namespace {

constexpr int mb = 1024;  // in kB, the unit of all

struct Setting {
    const char *name, *description;
    int value;  // at first the default
    int least, most;
    bool defined;
};

enum { max_form, max_submission, form_cache, access_cache };
Setting settings[] = {
    {"quire.max_form_size", "The largest XForm definition that is read.", 32 * mb, 1, 512 * mb, false},
    {"quire.max_submission_size", "The largest submission that is read.", 256 * mb, 1, 512 * mb, false},
    {"quire.form_cache_size", "The memory that each session may use to keep forms it has read.", 64 * mb, 0, 1024 * mb,
     false},
    {"quire.access_cache_size", "The memory that each session may use to keep what actors may do.", 64 * mb, 0,
     1024 * mb, false},
};

std::size_t bytes(const Setting &setting)
{
    return static_cast<std::size_t>(setting.value) * 1024;
}

}  // namespace

void define_settings()
{
    for (Setting &setting : settings) {
        // When memory runs out in here, the server will call again, and takes no setting twice.
        if (setting.defined) continue;
        call([&] {
            DefineCustomIntVariable(setting.name, setting.description, nullptr, &setting.value, setting.value,
                                    setting.least, setting.most, PGC_SUSET, GUC_UNIT_KB, nullptr, nullptr, nullptr);
        });
        setting.defined = true;
    }
    call([] { MarkGUCPrefixReserved("quire"); });
}

std::size_t max_form_size()
{
    return bytes(settings[max_form]);
}

std::size_t max_submission_size()
{
    return bytes(settings[max_submission]);
}

std::size_t form_cache_size()
{
    return bytes(settings[form_cache]);
}

std::size_t access_cache_size()
{
    return bytes(settings[access_cache]);
}

}  // namespace quire::pg
