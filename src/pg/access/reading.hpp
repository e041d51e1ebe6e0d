// src/pg/access/reading.hpp: the relations of a policy, read from its views.
#pragma once
#include "core/access/relations.hpp"

#include "pg/access/lookup.hpp"
#include "pg/access/policy.hpp"
#include "pg/support/spi.hpp"

namespace quire::pg {

// The snapshot that a policy is read with. In READ COMMITTED a new one, so that what is read is what holds now, not
// what held when a long statement began; else the transaction's own. In parallel mode the server makes no new ones.
class ReadingSnapshot {
public:
    ReadingSnapshot();
    ~ReadingSnapshot();
    ReadingSnapshot(const ReadingSnapshot &) = delete;
    ReadingSnapshot &operator=(const ReadingSnapshot &) = delete;

    static bool is_new() { return !IsolationUsesXactSnapshot() && !IsInParallelMode(); }

private:
    int unwinding_ = std::uncaught_exceptions();
};

// For as long as it lives, SQL runs as the owner of the views, without forced row security, as the checks of foreign
// keys do. Throws 42P17 when the policy is being read already: its own tables would be judged by itself.
class Reading final : public access::Relations {
public:
    explicit Reading(PolicyPointer policy);
    ~Reading() override;

    // How long what has been read so far is true: no longer than the policy says; for this statement alone when a
    // change may have escaped its snapshot.
    Keep keep() const { return std::min(keep(rights), keep(places)); }

    void groups_of(Names members, const Take &take) override;
    void roles_with(std::string_view verb, const Take &take) override;
    void verbs_of(Names roles, const Take &take) override;
    void objects_granted(Names actors, Names roles, const Take &take) override;
    std::vector<access::Grant> grants_on(Names actors, Names objects) override;
    void parents_of(Names objects, const Take &take) override;
    void children_of(Names parents, const Take &take) override;
    bool has_parents() const override { return policy_->shape.has_parents; }

private:
    struct Column {
        Part part;
        int number;
    };
    // `SELECT wanted FROM part WHERE column is among the names`, and so on.
    void follow(Column from, Column to, Names names, const Take &take);
    // The same for one name, from memory where it is there; and for some.
    void follow_remembered(Column from, Column to, std::string_view name, const Take &take);
    void follow_some(Column from, Column to, Names names, const Take &take);
    void run_plan(Column from, Column to, const std::vector<Datum> &values, const Take &take);
    void take_all(Column column, const Take &take);
    // What is found of these values without a plan; null when there is no index for that, or there are too many rows.
    FoundRows *look_up(Column by, const std::vector<Datum> &values, int filter = -1,
                       std::span<const Datum> wanted = {});
    std::string view(Part part) const;
    NameKind kind(Column column) const { return policy_->shape.views[column.part].kinds[column.number]; }
    std::string selected(Column column) const;
    template <class Sql>
    void run(int question, std::span<const Oid> types, std::span<const Datum> values, Sql sql);
    std::string text(std::uint64_t row, int place, Column column) const;
    std::string key_text(Datum value, Column column) const;

    Keep keep(Aspect aspect) const;

    // Says that the policy is being read, as long as it lives.
    class Mark {
    public:
        explicit Mark(const Policy &policy);
        ~Mark();
        Mark(const Mark &) = delete;
        Mark &operator=(const Mark &) = delete;
    };

    PolicyPointer policy_;
    std::array<std::uint64_t, aspects> generations_;  // when it began
    Mark mark_;
    AsRole owner_;
    std::optional<PinnedSearchPath> path_;
    ReadingSnapshot snapshot_;
    std::optional<Spi> spi_;  // when a plan is run
    FoundRows found_;
};

// Is this policy being read now?
bool is_being_read(const Policy &policy);

}  // namespace quire::pg
