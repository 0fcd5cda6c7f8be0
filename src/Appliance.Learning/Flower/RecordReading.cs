using Google.Protobuf;

namespace Appliance.Learning.Flower;

/// <summary>From wire records to plain values and back.</summary>
internal static class RecordReading
{
    internal const string TensorType = "numpy.ndarray";

    /// <summary>Most values in all arrays of a message: heads are small, and memory is the box's.</summary>
    internal const int MaxValues = 4 << 20;

    /// <exception cref="PayloadException">An array is malformed, not float32, holds NaN or infinity, or all are too large.</exception>
    internal static List<ParameterArray> Arrays(Wire.ArrayRecord record)
    {
        var arrays = new List<ParameterArray>();
        foreach (var item in record.Items)
        {
            // How the legacy dialect writes "no parameters".
            if (item.Key == "_empty")
                continue;
            arrays.Add(Array(item.Key, item.Value is { } value ? value.Data.Span : []));
        }

        CheckTotal(arrays);
        return arrays;
    }

    internal static List<ParameterArray> Arrays(Wire.Parameters parameters)
    {
        var arrays = new List<ParameterArray>();
        foreach (var tensor in parameters.Tensors)
            arrays.Add(Array($"{arrays.Count}", tensor.Span));
        CheckTotal(arrays);
        return arrays;
    }

    internal static Dictionary<string, object> Config(Wire.ConfigRecord record)
    {
        var config = new Dictionary<string, object>(StringComparer.Ordinal);
        foreach (var item in record.Items)
        {
            if (Value(item.Value) is { } value)
                config[item.Key] = value;
        }

        return config;
    }

    internal static Dictionary<string, object> Config(IEnumerable<KeyValuePair<string, Wire.Scalar>> scalars)
    {
        var config = new Dictionary<string, object>(StringComparer.Ordinal);
        foreach (var (key, scalar) in scalars)
        {
            object? value = scalar.ScalarCase switch
            {
                Wire.Scalar.ScalarOneofCase.Double => scalar.Double,
                Wire.Scalar.ScalarOneofCase.Sint64 => scalar.Sint64,
                Wire.Scalar.ScalarOneofCase.Uint64 => (double)scalar.Uint64,
                Wire.Scalar.ScalarOneofCase.Bool => scalar.Bool,
                Wire.Scalar.ScalarOneofCase.String => scalar.String,
                _ => null,
            };
            if (value is not null)
                config[key] = value;
        }

        return config;
    }

    internal static Wire.Array Array(ParameterArray array, bool legacy) => new()
    {
        // The legacy dialect leaves the description to the .npy header.
        Dtype = legacy ? "" : "float32",
        Shape = { legacy ? [] : array.Shape },
        Stype = TensorType,
        Data = ByteString.CopyFrom(NpyArray.Write(array.Shape, array.Values)),
    };

    internal static Wire.MetricRecordValue Metric(object value) => value switch
    {
        long whole => new() { Sint64 = whole },
        bool flag => new() { Sint64 = flag ? 1 : 0 },
        double number => new() { Double = number },
        _ => throw new ArgumentException($"{value.GetType()} is no metric", nameof(value)),
    };

    internal static Wire.ConfigRecordValue ConfigValue(object value) => value switch
    {
        long whole => new() { Sint64 = whole },
        bool flag => new() { Bool = flag },
        double number => new() { Double = number },
        string text => new() { String = text },
        byte[] bytes => new() { Bytes = ByteString.CopyFrom(bytes) },
        _ => throw new ArgumentException($"{value.GetType()} is no configuration value", nameof(value)),
    };

    internal static Wire.Scalar Scalar(object value) => value switch
    {
        long whole => new() { Sint64 = whole },
        bool flag => new() { Sint64 = flag ? 1 : 0 },
        double number => new() { Double = number },
        string text => new() { String = text },
        _ => throw new ArgumentException($"{value.GetType()} is no scalar", nameof(value)),
    };

    private static object? Value(Wire.ConfigRecordValue value) => value.ValueCase switch
    {
        Wire.ConfigRecordValue.ValueOneofCase.Double => value.Double,
        Wire.ConfigRecordValue.ValueOneofCase.Sint64 => value.Sint64,
        Wire.ConfigRecordValue.ValueOneofCase.Uint64 => (double)value.Uint64,
        Wire.ConfigRecordValue.ValueOneofCase.Bool => value.Bool,
        Wire.ConfigRecordValue.ValueOneofCase.String => value.String,
        Wire.ConfigRecordValue.ValueOneofCase.DoubleList => value.DoubleList.Vals.ToArray(),
        Wire.ConfigRecordValue.ValueOneofCase.SintList => value.SintList.Vals.Select(each => (double)each).ToArray(),
        Wire.ConfigRecordValue.ValueOneofCase.UintList => value.UintList.Vals.Select(each => (double)each).ToArray(),
        _ => null,
    };

    private static ParameterArray Array(string name, ReadOnlySpan<byte> npy)
    {
        var array = NpyArray.Read(npy, MaxValues);
        if (array.Type != "f4")
            throw new PayloadException($"array '{name}' is {array.DtypeName}, not float32");
        var values = array.ToFloats();
        return System.Array.TrueForAll(values, float.IsFinite)
            ? new(name, array.Shape, values)
            : throw new PayloadException($"array '{name}' holds NaN or infinity");
    }

    private static void CheckTotal(List<ParameterArray> arrays)
    {
        if (arrays.Sum(array => (long)array.Values.Length) > MaxValues)
            throw new PayloadException($"the arrays have more than {MaxValues} values together");
    }
}
