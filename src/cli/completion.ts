// `wg completion`: the few lines by which each shell asks `wg complete` for what may come next.
import { Argument, Command } from "commander";
import type { Io } from "./io.ts";
import { print } from "./print.ts";
import { type Shell, shellOf, shells } from "./shell-text.ts";

export function completionCommand(io: Io): Command {
  return new Command("completion")
    .description(
      "Print the lines that make a shell complete the words of wg: commands, options, profiles, tasks, runs.",
    )
    .addArgument(new Argument("[shell]", "the default is what $SHELL names").choices(shells))
    .action((shell: Shell | undefined) => print(io, scripts[shell ?? shellOf(io.env)]))
    .addHelpText(
      "after",
      `
Where the lines go:
  bash   echo 'eval "$(wg completion bash)"' >> ~/.bashrc
  zsh    echo 'eval "$(wg completion zsh)"' >> ~/.zshrc
  fish   wg completion fish > ~/.config/fish/completions/wg.fish
  pwsh   Add-Content $PROFILE 'wg completion pwsh | Out-String | Invoke-Expression'

They ask wg at every tab, so they stay right when profiles and tasks change.

Examples, for the shell that is open:
  eval "$(wg completion)"
  wg completion fish | source`,
    );
}

const scripts: Readonly<Record<Shell, string>> = {
  bash: String.raw`_wg_complete() {
  local line
  COMPREPLY=()
  while IFS= read -r line; do
    COMPREPLY+=("$(printf %q "${"$"}{line%%$'\t'*}")")
  done < <(command wg complete -- "${"$"}{COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null)
}
complete -o default -F _wg_complete wg`,
  zsh: String.raw`_wg() {
  local line value
  local -a found
  for line in "${"$"}{(@f)$(command wg complete -- "${"$"}{(@)words[2,CURRENT]}" 2>/dev/null)}"; do
    [[ -n $line ]] || continue
    value=${"$"}{line%%$'\t'*}
    if [[ $line == *$'\t'* ]]; then
      found+=("${"$"}{value//:/\\:}:${"$"}{line#*$'\t'}")
    else
      found+=("${"$"}{value//:/\\:}")
    fi
  done
  if (( $#found )); then
    _describe wg found
  else
    _files
  fi
}
(( $+functions[compdef] )) || { autoload -Uz compinit && compinit }
compdef _wg wg`,
  fish: String.raw`function __wg_complete
    set -l words (commandline -opc) (commandline -ct)
    set -l found (command wg complete -- $words[2..-1] 2>/dev/null)
    if test (count $found) -gt 0
        printf '%s\n' $found
    else
        __fish_complete_path (commandline -ct)
    end
end
complete -c wg -f -a '(__wg_complete)'`,
  pwsh: `Register-ArgumentCompleter -Native -CommandName wg -ScriptBlock {
    param($wordToComplete, $commandAst, $cursorPosition)
    $words = @($commandAst.CommandElements |
        Where-Object { $_.Extent.StartOffset -lt $cursorPosition } |
        Select-Object -Skip 1 |
        ForEach-Object { $_.ToString() })
    $next = @(if ($wordToComplete -eq '') { '--next' })
    wg complete @next '--' @words 2>$null | ForEach-Object {
        $value, $about = $_ -split [char]9, 2
        if (-not $about) { $about = $value }
        [System.Management.Automation.CompletionResult]::new($value, $value, 'ParameterValue', $about)
    }
}`,
};
