// src/pg/support/plans.cpp: plans by their text and the types of their parameters.
#include "pg/support/plans.hpp"

namespace quire::pg {
namespace {

std::uint64_t changes = 0;

void note_change(Datum, Oid)
{
    ++changes;
}

// Tables of a schema that gets another name are not told.
void note_rename(Datum, int, uint32)
{
    ++changes;
}

}  // namespace

std::shared_ptr<const Plan> plan_for(const std::string &sql, std::span<const Oid> parameters, Plan::For values)
{
    static constexpr std::size_t most = 256;
    // Never destroyed: the backend's end is the end of its plans.
    using Plans = std::unordered_map<std::string, std::shared_ptr<const Plan>>;
    static auto &all = *new std::array<Plans, 2>();
    Plans &kept = all[values == Plan::For::any_values ? 1 : 0];
    std::string key = sql;
    for (const Oid type : parameters) key.append(" ").append(std::to_string(type));
    const auto found = kept.find(key);
    if (found != kept.end() && found->second->is_valid()) return found->second;
    auto plan = std::make_shared<const Plan>(sql.c_str(), parameters, values);
    if (kept.size() >= most) kept.clear();
    return kept[key] = std::move(plan);
}

std::uint64_t state_of_tables()
{
    static bool watching = false;
    if (!watching) {
        call([] {
            CacheRegisterRelcacheCallback(note_change, Datum{0});
            CacheRegisterSyscacheCallback(NAMESPACEOID, note_rename, Datum{0});
        });
        watching = true;
    }
    // What others have committed comes in with the lock on a table, which whoever asks has taken before.
    return changes;
}

}  // namespace quire::pg
