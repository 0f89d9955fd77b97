#include <fmt/format.h>

#include <map>
#include <set>

#include "tools/cli/manual.hpp"

namespace pontoon {

namespace {

constexpr const char* kHead = R"bash(# bash completion for pontoon; made from the tables of its verbs.
_pontoon_ask() { # VERB...: names that the daemon knows
  pontoon "$@" --format "$_pontoon_field" 2>/dev/null
}
_pontoon_networks() { local _pontoon_field='{{.Name}}'; _pontoon_ask network ls; }
_pontoon_containers() { local _pontoon_field='{{.Names}}'; _pontoon_ask ps -a; }
_pontoon_running() { local _pontoon_field='{{.Names}}'; _pontoon_ask ps; }

_pontoon() {
  local current=${COMP_WORDS[COMP_CWORD]} previous=${COMP_WORDS[COMP_CWORD - 1]} verb flags= values= words= first=2
  verb=${COMP_WORDS[1]}
  if ((COMP_CWORD == 1)); then
    mapfile -t COMPREPLY < <(compgen -W "$_pontoon_verbs" -- "$current")
    return
  fi
  case $verb in
    network)
      if ((COMP_CWORD == 2)); then
        mapfile -t COMPREPLY < <(compgen -W "$_pontoon_network_verbs" -- "$current")
        return
      fi
      verb="network ${COMP_WORDS[2]}" first=3 ;;
  esac
  case $verb in
)bash";

constexpr const char* kTail = R"bash(  esac
  if [[ $previous == --network ]]; then
    mapfile -t COMPREPLY < <(compgen -W "$(_pontoon_networks) host none" -- "$current")
  elif [[ " $values " == *" $previous "* ]]; then
    mapfile -t COMPREPLY < <(compgen -f -- "$current")
  elif [[ $current == -* ]]; then
    mapfile -t COMPREPLY < <(compgen -W "$flags" -- "$current")
  else
    case $words in
      network) words=$(_pontoon_networks) ;;
      container) words=$(_pontoon_containers) ;;
      running) words=$(_pontoon_running) ;;
      any) words="$(_pontoon_networks) $(_pontoon_containers)" ;;
      network_then_container)
        if ((COMP_CWORD == first)); then words=$(_pontoon_networks); else words=$(_pontoon_containers); fi ;;
    esac
    mapfile -t COMPREPLY < <(compgen -W "$words" -- "$current")
  fi
}
complete -F _pontoon pontoon
)bash";

const char* name_of(Completes what) {
    switch (what) {
    case Completes::network: return "network";
    case Completes::network_then_container: return "network_then_container";
    case Completes::container: return "container";
    case Completes::running: return "running";
    case Completes::any: return "any";
    default: return "";
    }
}

std::string case_of(const Page& page) {
    std::string flags;
    std::string values;
    for (const auto& flag : page.flags) {
        flags += (flags.empty() ? "--" : " --") + flag.name;
        if (flag.kind != Flag::Kind::boolean) {
            values += (values.empty() ? "--" : " --") + flag.name;
            values += flag.letter == 0 ? "" : fmt::format(" -{}", flag.letter);
        }
    }
    return fmt::format("    '{}')\n      flags='{}'\n      values='{}'\n      words={} ;;\n",
                       page.command.substr(std::string_view("pontoon ").size()), flags, values,
                       name_of(page.completes));
}

} // namespace

std::string bash_completion(const std::vector<Page>& pages) {
    std::set<std::string> verbs;
    std::string network_verbs;
    std::string cases;
    for (const auto& page : pages) {
        if (page.section != 1) {
            continue;
        }
        const auto verb = page.command.substr(std::string_view("pontoon ").size());
        const auto space = verb.find(' ');
        verbs.insert(verb.substr(0, space));
        network_verbs += space == std::string::npos ? "" : verb.substr(space);
        cases += case_of(page);
    }
    std::string all;
    for (const auto& verb : verbs) {
        all += (all.empty() ? "" : " ") + verb;
    }
    const std::string_view head(kHead);
    const auto first_line = head.find('\n') + 1;
    return std::string(head.substr(0, first_line)) +
           fmt::format("_pontoon_verbs='{}'\n_pontoon_network_verbs='{}'\n", all, network_verbs.substr(1)) +
           std::string(head.substr(first_line)) + cases + kTail;
}

} // namespace pontoon
