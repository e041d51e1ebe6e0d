// src/core/logic/analysis.hpp: what is wrong with the rules of a form before anything is submitted.
#pragma once
#include <cstdint>
#include <vector>

#include "core/logic/rules.hpp"

namespace quire::logic {

// Follows the paths of all rules through the form: names that lead nowhere, instances that are not there, and values
// that depend on themselves become warnings.
class Analysis {
public:
    explicit Analysis(Rules &rules);
    void run();

private:
    // The nodes that a path may lead to; `known` says that it leads nowhere else.
    struct Places {
        std::vector<std::uint32_t> nodes;
        bool known = true;
    };
    enum class Needs : bool { value, nothing };

    void look_at(const Rule *rule, std::uint32_t node, int line, Needs needs);
    Places follow(std::uint32_t op, const Places &context);
    Places take_step(const Places &from, const Step &step);
    void look_at_list(const List &list, const Places &context);
    void miss(const Step &step, std::string_view name);
    void check_instance(const Op &call);
    void find_cycles();
    bool leads_back(std::uint32_t node);

    // Stands for what is above the root element.
    static constexpr std::uint32_t above_root = 0xFFFFFFFF;

    Rules &rules_;
    const forms::Form &form_;
    // Of the rule that is looked at.
    const Rule *rule_ = nullptr;
    std::uint32_t node_ = 0;
    int line_ = 0;
    std::vector<std::uint32_t> used_;

    std::vector<std::vector<std::uint32_t>> needs_;  // of each node, the nodes that its value depends on
    enum class Mark : std::uint8_t { unseen, open, done };
    std::vector<Mark> marks_;
};

}  // namespace quire::logic
