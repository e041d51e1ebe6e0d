// src/pg/support/settings.cpp: what a DBA can set, and its limits.
#include "pg/support/settings.hpp"

#include "pg/support/call.hpp"
#include "pg/support/postgres.hpp"

namespace quire::pg {
namespace {

constexpr int mb = 1024;  // in kB, the unit of sizes

struct Setting {
    const char *name, *description;
    int value;  // at first the default
    int least, most;
    bool defined;
    int unit = GUC_UNIT_KB;
};

enum {
    max_form,
    max_submission,
    form_cache,
    evaluation_steps,
    evaluation_memory,
    max_inflated,
    access_cache,
    argon2_kib,
    argon2_passes,
    argon2_lanes,
    max_memory,
    max_work,
    max_pbkdf2,
    max_bcrypt
};
Setting settings[] = {
    {"quire.max_form_size", "The largest XForm definition that is read.", 32 * mb, 1, 512 * mb, false},
    {"quire.max_submission_size", "The largest submission that is read.", 256 * mb, 1, 512 * mb, false},
    {"quire.form_cache_size", "The memory that each session may use to keep forms it has read.", 64 * mb, 0, 1024 * mb,
     false},
    {"quire.max_evaluation_steps", "The steps that evaluating one expression may take.", 10'000'000, 1000, INT_MAX,
     false, 0},
    {"quire.max_evaluation_memory", "The memory that evaluating one expression may take.", 64 * mb, 64, 1024 * mb,
     false},
    {"quire.max_inflate", "The most that a compressed value is inflated to.", 256 * mb, 1, 1023 * mb, false},
    {"quire.access_cache_size", "The memory that each session may use to keep what actors may do.", 64 * mb, 0,
     1024 * mb, false},
    {"quire.argon2_memory", "The memory that a new password hash takes to make.", 19 * mb, 8, 2048 * mb, false},
    {"quire.argon2_iterations", "How often a new password hash goes through its memory.", 2, 1, 1000, false, 0},
    {"quire.argon2_parallelism", "The lanes of a new password hash, which others may compute side by side.", 1, 1, 255,
     false, 0},
    {"quire.max_password_memory", "The memory that a password hash may ask for.", 128 * mb, 8, 4095 * mb, false},
    {"quire.max_password_work", "The memory that a password hash may ask for, times how often it goes through it.",
     1024 * mb, 8, 1024 * 1024 * mb, false},
    {"quire.max_pbkdf2_iterations", "The iterations that a password hash of PBKDF2 may ask for.", 10'000'000, 1,
     2'000'000'000, false, 0},
    {"quire.max_bcrypt_cost", "The cost that a password hash of bcrypt may have.", 15, 4, 31, false, 0},
};

bool notify = true;
bool notify_defined = false;

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
                                    setting.least, setting.most, PGC_SUSET, setting.unit, nullptr, nullptr, nullptr);
        });
        setting.defined = true;
    }
    if (!notify_defined)
        call([] {
            DefineCustomBoolVariable("quire.notify", "Whether changes of watched tables and feeds send notifications.",
                                     "Off, transactions that changed such a table can be prepared.", &notify, true,
                                     PGC_USERSET, 0, nullptr, nullptr, nullptr);
        });
    notify_defined = true;
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

std::size_t max_evaluation_steps()
{
    return static_cast<std::size_t>(settings[evaluation_steps].value);
}

std::size_t max_evaluation_memory()
{
    return bytes(settings[evaluation_memory]);
}

std::size_t max_password_memory()
{
    return bytes(settings[max_memory]);
}

std::size_t max_password_work()
{
    return bytes(settings[max_work]);
}

int argon2_memory()
{
    return settings[argon2_kib].value;
}

int argon2_iterations()
{
    return settings[argon2_passes].value;
}

int argon2_parallelism()
{
    return settings[argon2_lanes].value;
}

int max_pbkdf2_iterations()
{
    return settings[max_pbkdf2].value;
}

int max_bcrypt_cost()
{
    return settings[max_bcrypt].value;
}

bool sends_notifications()
{
    return notify;
}

std::size_t max_inflate()
{
    return bytes(settings[max_inflated]);
}

std::size_t access_cache_size()
{
    return bytes(settings[access_cache]);
}

}  // namespace quire::pg
