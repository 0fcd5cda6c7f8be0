using System.Globalization;
using System.Text;

namespace Appliance.Daemon.Cli.Models;

/// <summary>One line on standard error that grows with the work: rewritten in place on a terminal, every tenth part elsewhere.</summary>
internal sealed class ProgressLine(string what, string unit, TextWriter output, bool inPlace) : IProgress<(long Done, long Total)>
{
    private const int Bar = 30;
    private long _shown = -1;

    public void Report((long Done, long Total) value)
    {
        if (value.Total <= 0)
            return;

        var steps = inPlace ? 200 : 10;
        var step = value.Done * steps / value.Total;
        lock (output)
        {
            if (step == _shown)
                return;

            _shown = step;
            output.Write(inPlace ? $"\r{Text(value)}" : Text(value) + Environment.NewLine);
        }
    }

    /// <summary>Leaves the line as it is and goes on below it.</summary>
    public void End()
    {
        if (inPlace && _shown >= 0)
            output.WriteLine();
    }

    private string Text((long Done, long Total) value)
    {
        var full = (int)(value.Done * Bar / value.Total);
        var text = new StringBuilder(what).Append(" [").Append('#', full).Append('.', Bar - full).Append(']');
        return unit == "bytes"
            ? text.Append(CultureInfo.InvariantCulture, $" {value.Done / 1e6:0.0} of {value.Total / 1e6:0.0} MB").ToString()
            : text.Append(CultureInfo.InvariantCulture, $" {value.Done} of {value.Total} {unit}").ToString();
    }
}
