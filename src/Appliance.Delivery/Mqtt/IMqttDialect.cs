using Appliance.Core.Alerts;
using Appliance.Core.Cameras;
using Appliance.Core.Outputs;

namespace Appliance.Delivery.Mqtt;

/// <summary>
/// How the box's words are said to one kind of consumer. Only renders: sending, order, retries and retained state are the
/// session's. A dialect lives in a folder of its own, with its topics, its payload and its options.
/// </summary>
public interface IMqttDialect
{
    /// <summary>Name in configuration; the outbox destination is <c>mqtt.&lt;name&gt;</c>.</summary>
    string Name { get; }

    /// <summary>Messages that carry the alert; the alert counts as delivered when the broker accepted all of them.</summary>
    void Write(Alert alert, MqttBatch to);

    /// <summary>Retained messages; none where the dialect has no such state.</summary>
    void Write(HealthReport report, MqttBatch to)
    {
    }

    /// <inheritdoc cref="Write(HealthReport, MqttBatch)"/>
    void Write(InfoReport report, MqttBatch to)
    {
    }

    /// <inheritdoc cref="Write(HealthReport, MqttBatch)"/>
    void Write(CameraReport report, MqttBatch to)
    {
    }

    /// <inheritdoc cref="Write(HealthReport, MqttBatch)"/>
    void Write(OutputState state, MqttBatch to)
    {
    }

    /// <inheritdoc cref="Write(HealthReport, MqttBatch)"/>
    void Write(OccupancyReport report, MqttBatch to)
    {
    }

    /// <inheritdoc cref="Write(HealthReport, MqttBatch)"/>
    void Write(TamperReport report, MqttBatch to)
    {
    }

    /// <inheritdoc cref="Write(HealthReport, MqttBatch)"/>
    void Write(InputReport report, MqttBatch to)
    {
    }

    /// <summary>Retained topics that a camera's removal leaves behind, to be cleared.</summary>
    void WriteRemoved(CameraId camera, MqttBatch to)
    {
    }

    /// <summary>Retained topics that a zone's removal leaves behind, to be cleared.</summary>
    void WriteRemoved(CameraId camera, string zone, MqttBatch to)
    {
    }

    /// <summary>Retained topics that an output's or input's removal leaves behind, to be cleared.</summary>
    void WriteRemoved(OutputEntry output, MqttBatch to)
    {
    }

    /// <inheritdoc cref="WriteRemoved(OutputEntry, MqttBatch)"/>
    void WriteRemoved(InputEntry input, MqttBatch to)
    {
    }
}
