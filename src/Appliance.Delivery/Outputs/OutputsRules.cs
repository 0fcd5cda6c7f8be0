using System.ComponentModel.DataAnnotations;

namespace Appliance.Delivery.Outputs;

/// <summary>What must hold between outputs: names that exist, interlocks that can be kept.</summary>
internal static class OutputsRules
{
    public static IEnumerable<ValidationResult> Check(OutputsOptions options)
    {
        var outputs = options.Lines.Select(line => line.Id).ToHashSet(StringComparer.Ordinal);
        for (var i = 0; i < options.Lines.Count; i++)
        {
            foreach (var fault in Interlocks(options, outputs, i))
                yield return fault;
        }

        for (var i = 0; i < options.Groups.Count; i++)
        {
            var group = options.Groups[i];
            if (outputs.Contains(group.Id) || options.Groups.Take(i).Any(other => other.Id == group.Id))
                yield return Fault($"Name '{group.Id}' is used twice", $"Groups[{i}].Id");
            for (var j = 0; j < group.Outputs.Count; j++)
            {
                if (!outputs.Contains(group.Outputs[j]))
                    yield return Fault($"no output '{group.Outputs[j]}' in Outputs.Lines", $"Groups[{i}].Outputs[{j}]");
            }
        }
    }

    private static IEnumerable<ValidationResult> Interlocks(OutputsOptions options, HashSet<string> outputs, int i)
    {
        var line = options.Lines[i];
        for (var j = 0; j < line.NeverWith.Count; j++)
        {
            var at = $"Lines[{i}].NeverWith[{j}]";
            var other = line.NeverWith[j];
            if (!outputs.Contains(other))
                yield return Fault($"no output '{other}' in Outputs.Lines", at);
            else if (other == line.Id)
                yield return Fault("names the output itself: it could never go on", at);
            else if (line.OnlyIf.Contains(other))
                yield return Fault($"'{other}' is in OnlyIf as well: it could never go on", at);
            else if (line.OnAtStart && options.Lines.Any(candidate => candidate.Id == other && candidate.OnAtStart))
                yield return Fault($"both this output and '{other}' are on at start", at);
            else if (line.OnAtStop && options.Lines.Any(candidate => candidate.Id == other && candidate.OnAtStop))
                yield return Fault($"both this output and '{other}' are left on at stop", at);
        }

        // Names that are no outputs may be inputs, which the whole configuration knows.
        for (var j = 0; j < line.OnlyIf.Count; j++)
        {
            if (Reaches(options, line.OnlyIf[j], line.Id))
                yield return Fault("goes round in a circle: it could never go on", $"Lines[{i}].OnlyIf[{j}]");
        }
    }

    private static bool Reaches(OutputsOptions options, string from, string to)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        var open = new Stack<string>([from]);
        while (open.TryPop(out var name))
        {
            if (name == to)
                return true;
            if (!seen.Add(name) || options.Lines.FirstOrDefault(line => line.Id == name) is not { } line)
                continue;
            foreach (var next in line.OnlyIf)
                open.Push(next);
        }

        return false;
    }

    private static ValidationResult Fault(string reason, string path) => new(reason, [path]);
}
