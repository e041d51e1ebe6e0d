// test/fuzz/states_fuzz.cpp: what the reader of state specifications accepts is sound and can be written again.
#include <algorithm>
#include <string>

#include "core/guards/states.hpp"
#include "fuzz/fuzz.hpp"
#include "unit/guards/specification.hpp"

namespace {

using quire::fuzz::must;
using quire::guards::StateMachine;

void check_sets(const StateMachine &machine)
{
    const auto all = machine.all();
    const auto among = [&](StateMachine::State state) { return std::find(all.begin(), all.end(), state) != all.end(); };
    must(all.size() == machine.size() && machine.size() <= StateMachine::max_states, "there are at most 256 states");

    const auto initial = machine.initial();
    must(!initial.empty(), "something may start");
    must(std::all_of(initial.begin(), initial.end(), among), "what may start is a state");
    for (auto state : initial) must(machine.may_start(state), "what is initial may start");

    for (auto from : all) {
        must(machine.find(machine.name(from)) == from, "a state is found by its name");
        must(machine.may_follow(from, from), "a state may stay");
        for (auto to : machine.next(from))
            must(among(to) && to != from && machine.may_follow(from, to),
                 "what is next is another state and may follow");
    }
}

void check_diagram(const std::string &diagram)
{
    must(diagram.starts_with("stateDiagram-v2\n") && diagram.ends_with('\n'),
         "the diagram has its first and last line");
    for (std::size_t start = diagram.find('\n') + 1; start < diagram.size(); start = diagram.find('\n', start) + 1)
        must(diagram.compare(start, 4, "    ") == 0, "no name breaks a line of the diagram");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size)
{
    const auto read = StateMachine::parse(quire::fuzz::text(data, size));
    if (!read.ok()) {
        must(read.fault().at <= size && !read.fault().message.empty(), "a fault has a place and words");
        return 0;
    }
    const StateMachine &machine = read.value();
    check_sets(machine);
    check_diagram(machine.diagram());
    const auto again = StateMachine::parse(quire::test::specification(machine));
    must(again.ok() && quire::test::same(again.value(), machine), "a machine written and read again is the same");
    return 0;
}
